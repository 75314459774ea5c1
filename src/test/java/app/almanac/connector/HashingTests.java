package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.connector.Hashing.Result;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class HashingTests {

    private static final Duration TOO_SHORT = Duration.ofMillis(4);
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final Duration PATIENT = Duration.ofMinutes(1);
    /** Less than any machine needs for the decoy, and far more than for what is cheap. */
    private static final Duration A_HASH = Duration.ofMillis(10);

    private static final Secret WRONG = new Secret("wrong");
    private static final Secret RIGHT = new Secret("abc");
    private static final LegacyHash CHEAP =
            LegacyHash.of(new Secret("{md5}900150983cd24fb0d6963f7d28e17f72")).orElseThrow();

    @SuppressWarnings("NullAway") // what no hash of a store can be: nothing else fails for sure
    private static final LegacyHash IMPOSSIBLE = new LegacyHash(null, new Secret(""), 1, 0);

    private final Hashing hashing = new Hashing(LegacyRoom.HASHES, Duration.ofHours(1));

    @AfterEach
    void close() {
        hashing.destroy();
    }

    @Test
    void whoeverIsWrongKeepsTheirPlaceAsLongAsTheCostliestHashTakesButNotTheProcessor() throws Exception {
        for (int i = 0; i < 20; i++) { // or its compiler is at work meanwhile
            LegacyRoom.HASHES.matches(LegacyHash.DECOY, WRONG);
        }
        var decoy = took(hashing.pretend(WRONG, PATIENT, HashingTests::unheard));
        var before = processorTime();

        for (int i = 0; i < 5; i++) {
            assertThat(took(hashing.pretend(WRONG, PATIENT, HashingTests::unheard)))
                    .isGreaterThan(A_HASH);
            assertThat(took(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP)))
                    .isGreaterThan(A_HASH);
        }

        assertThat(processorTime().minus(before)).as("ten of them").isLessThan(decoy.multipliedBy(3));
    }

    @Test
    void afterAWrongPasswordTheThreadRestsAsLongAsItTook() throws Exception {
        var rest = rest();
        assertThat(rest.rested()).isGreaterThanOrEqualTo(rest.usual());

        Wait.until(() -> {
            rest();
            var again = rest();
            return again.rested().compareTo(again.usual().multipliedBy(2)) < 0;
        });
    }

    @Test
    void itRestsLongerWithEachWrongPasswordWhileOthersWait() throws Exception {
        var start = System.nanoTime();
        var took = new ArrayList<Duration>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = Collections.nCopies(8 * Hashing.AT_ONCE, (Callable<Result>)
                    () -> hashing.pretend(WRONG, PATIENT, HashingTests::unheard));
            for (var one : threads.invokeAll(asked)) {
                took.add(took(one.get()));
            }
        }
        onceEveryThreadIsFree();
        var all = took.stream().reduce(Duration.ZERO, Duration::plus).dividedBy(Hashing.AT_ONCE);
        var rested = Duration.ofNanos(System.nanoTime() - start).minus(all);

        assertThat(rested)
                .as("of one thread, after eight wrong passwords")
                .isGreaterThan(new Rest(Collections.min(took), rested).usual().multipliedBy(12));
    }

    private record Rest(Duration took, Duration rested) {

        Duration usual() {
            return took.compareTo(Hashing.LONGEST_REST) < 0 ? took : Hashing.LONGEST_REST;
        }
    }

    private Rest rest() throws Exception {
        var start = System.nanoTime();
        var took = took(hashing.pretend(WRONG, PATIENT, HashingTests::unheard));
        onceEveryThreadIsFree();
        return new Rest(took, Duration.ofNanos(System.nanoTime() - start).minus(took));
    }

    @Test
    void whoeverIsRightDoesNotWait() {
        Wait.until(() -> took(hashing.check(RIGHT, PATIENT, HashingTests::unheard, CHEAP))
                        .compareTo(A_HASH)
                < 0);
    }

    @Test
    void howLongTheCostliestHashTakesIsMeasuredAnewNowAndThen() throws Exception {
        var forgetful = new Hashing(LegacyRoom.HASHES, Duration.ZERO);
        try {
            forgetful.pretend(WRONG, PATIENT, HashingTests::unheard);
            var before = processorTime();

            for (int i = 0; i < 10; i++) {
                forgetful.pretend(WRONG, PATIENT, HashingTests::unheard);
            }

            assertThat(processorTime().minus(before)).isGreaterThan(A_HASH.multipliedBy(10));
        } finally {
            forgetful.destroy();
        }
    }

    @Test
    void whatBecameOfAPasswordIsHeardAlsoWhenNobodyWaitsForItAnyMore() throws Exception {
        var late = new CompletableFuture<Result>();

        assertThat(hashing.check(WRONG, TOO_SHORT, late::complete, LegacyHash.DECOY))
                .isInstanceOf(Result.Late.class);

        var done = (Result.Done) late.get(1, TimeUnit.MINUTES);
        assertThat(done.right()).isFalse();
        assertThat(done.took()).isGreaterThan(TOO_SHORT);
    }

    @Test
    void aCheckThatFailsWhenNobodyWaitsForItAnyMoreIsHeardAsNotDone() throws Exception {
        var late = new CompletableFuture<Result>();

        try (var stuck = new StuckHashing(hashing)) {
            stuck.holdThreads();
            assertThat(hashing.check(WRONG, TOO_SHORT, late::complete, IMPOSSIBLE))
                    .isInstanceOf(Result.Late.class);
        }

        assertThat(late.get(1, TimeUnit.MINUTES)).isInstanceOf(Result.Busy.class);
    }

    @Test
    void whoeverHasNoHashTakesAsLongAsTheCostliestThatWasChecked() {
        var costly = LegacyHash.of(new Secret("{bcrypt}" + new BCryptPasswordEncoder(12).encode("right")))
                .orElseThrow();
        var shown = took(hashing.check(WRONG, PATIENT, HashingTests::unheard, costly));
        hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP);

        assertThat(took(hashing.pretend(WRONG, PATIENT, HashingTests::unheard)))
                .isGreaterThan(shown.multipliedBy(2).dividedBy(3));
    }

    @Test
    void aHashThatItsSchemeRefusesDoesNotShortenTheWait() {
        var damaged = LegacyHash.of(new Secret("{argon2}$argon2id$v=19$m=65536,t=4,p=1$A$A"))
                .orElseThrow();
        hashing.check(WRONG, PATIENT, HashingTests::unheard, damaged);

        assertThat(took(hashing.pretend(WRONG, PATIENT, HashingTests::unheard))).isGreaterThan(A_HASH);
    }

    @Test
    void whoWouldWaitTooLongForAPlaceIsToldSoAndNothingWasChecked() {
        try (var stuck = new StuckHashing(hashing)) {
            stuck.takeAllPlaces();
            assertThat(hashing.check(WRONG, Duration.ofMillis(20), HashingTests::unheard, LegacyHash.DECOY))
                    .isInstanceOf(Result.Busy.class);
        }
    }

    @Test
    void whoWouldWaitInVainIsToldSoAtOnceAndWhoHasTheTimeWaits() throws Exception {
        takePlacesLong();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Result> patient;
            try (var stuck = new StuckHashing(hashing)) {
                stuck.fill(A_SECOND);
                Wait.until(() -> {
                    var start = System.nanoTime();
                    assertThat(hashing.check(RIGHT, A_SECOND, HashingTests::unheard, CHEAP))
                            .isInstanceOf(Result.Busy.class);
                    return System.nanoTime() - start < A_SECOND.dividedBy(4).toNanos();
                });
                assertThat(hashing.isFull(PATIENT)).isFalse();
                patient = threads.submit(() -> hashing.check(RIGHT, PATIENT, HashingTests::unheard, CHEAP));
            }
            assertThat(patient.get()).isInstanceOf(Result.Done.class);
        }
        onceEveryThreadIsFree();
        assertThat(hashing.isFull(Duration.ZERO)).isFalse();
    }

    @Test
    void aCheckThatFailedSaysNothingAboutHowLongAPlaceIsTaken() throws Exception {
        var brief = A_HASH.dividedBy(2L * Hashing.AT_ONCE);
        takePlacesLong();
        for (int i = 0; i < 40; i++) {
            hashing.check(WRONG, PATIENT, HashingTests::unheard, IMPOSSIBLE);
        }

        assertThat(isFullOnceAllPlacesAreTaken(brief)).isTrue();
    }

    @Test
    void howLongAPlaceIsTakenIsLearntAnew() throws Exception {
        var brief = A_HASH.dividedBy(2L * Hashing.AT_ONCE);
        takePlacesLong();
        assertThat(isFullOnceAllPlacesAreTaken(brief)).isTrue();

        Wait.until(() -> {
            for (int i = 0; i < 40; i++) {
                hashing.check(RIGHT, PATIENT, HashingTests::unheard, CHEAP);
            }
            return !isFullOnceAllPlacesAreTaken(brief);
        });
    }

    /** For more than that, whatever the machine: whoever is wrong, and the rest after them. */
    private void takePlacesLong() throws Exception {
        for (int i = 0; i < 5; i++) {
            hashing.pretend(WRONG, PATIENT, HashingTests::unheard);
        }
        onceEveryThreadIsFree();
    }

    private boolean isFullOnceAllPlacesAreTaken(Duration deadline) throws Exception {
        try (var stuck = new StuckHashing(hashing)) {
            stuck.takeAllPlaces();
            return hashing.isFull(deadline);
        } finally {
            onceEveryThreadIsFree();
        }
    }

    @Test
    void theMemoryThatChecksTakeIsBoundedAndGivenBack() {
        var all = new LegacyHash(CHEAP.scheme(), CHEAP.stored(), CHEAP.work(), LegacyHash.KIBIBYTES);
        for (int i = 0; i < 2; i++) {
            assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, all))
                    .as("the memory was given back")
                    .isInstanceOf(Result.Done.class);
        }

        var more = new LegacyHash(CHEAP.scheme(), CHEAP.stored(), CHEAP.work(), LegacyHash.KIBIBYTES + 1);
        assertThat(hashing.check(WRONG, Duration.ofMillis(20), HashingTests::unheard, more))
                .isInstanceOf(Result.Busy.class);
        assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP))
                .as("the place was given back")
                .isInstanceOf(Result.Done.class);
    }

    @Test
    void whatCannotBeCheckedAtAllLeavesThePlaceToOthers() {
        for (int i = 0; i <= Hashing.AT_ONCE; i++) {
            assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, IMPOSSIBLE))
                    .isInstanceOf(Result.Busy.class);
        }
        assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP)).isInstanceOf(Result.Done.class);
    }

    private static Duration took(Result result) {
        return ((Result.Done) result).took();
    }

    private void onceEveryThreadIsFree() throws Exception {
        var all = new CyclicBarrier(Hashing.AT_ONCE);
        Callable<Integer> own = () -> all.await(1, TimeUnit.MINUTES);
        for (var one : hashing.threads.invokeAll(Collections.nCopies(Hashing.AT_ONCE, own))) {
            one.get();
        }
    }

    /** Of the process that hashes, since it began. */
    private static Duration processorTime() throws Exception {
        return HashingProcessTests.processorTime(LegacyRoom.HASHES.running().process);
    }

    private static void unheard(Result done) {
        throw new AssertionError("nobody was to hear " + done);
    }
}
