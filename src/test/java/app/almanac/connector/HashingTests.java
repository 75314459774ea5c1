package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.connector.Hashing.Result;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HashingTests {

    private static final Duration TOO_SHORT = Duration.ofMillis(4);
    private static final Duration PATIENT = Duration.ofMinutes(1);
    private static final Secret WRONG = new Secret("wrong");
    private static final LegacyHash CHEAP =
            LegacyHash.of(new Secret("{md5}900150983cd24fb0d6963f7d28e17f72")).orElseThrow();

    private final Hashing hashing = new Hashing();

    @AfterEach
    void close() {
        hashing.destroy();
    }

    @Test
    void whatBecameOfAPasswordIsHeardAlsoWhenNobodyWaitsForItAnyMore() throws Exception {
        var late = new CompletableFuture<Result.Done>();

        assertThat(hashing.check(WRONG, TOO_SHORT, late::complete, LegacyHash.DECOY))
                .isInstanceOf(Result.Late.class);

        var done = late.get(1, TimeUnit.MINUTES);
        assertThat(done.right()).isFalse();
        assertThat(done.took()).isGreaterThan(TOO_SHORT);
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
    void halfOfTheProcessorsHashAndSixtyFourWaitAndTheNextIsToldSoAtOnce() {
        assertThat(Hashing.AT_ONCE).isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        var waiting = new ArrayList<Future<Result>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try (var stuck = new StuckHashing(hashing)) {
                stuck.takeAllPlaces();
                for (int i = 0; i < 64; i++) {
                    waiting.add(threads.submit(() -> hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP)));
                }
                Wait.until(() -> hashing.waiting() == 64);

                assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP))
                        .isInstanceOf(Result.Busy.class);
                assertThat(waiting).noneMatch(Future::isDone);
            }
            assertThat(waiting).allSatisfy(one -> assertThat(one.get()).isInstanceOf(Result.Done.class));
        }
    }

    @Test
    void theMemoryThatChecksTakeIsBoundedAndGivenBack() {
        var all = new LegacyHash(CHEAP.scheme(), CHEAP.stored(), CHEAP.work(), LegacyHash.KIBIBYTES);
        assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, all, all))
                .isInstanceOf(Result.Done.class);
        assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP, all))
                .as("the memory was given back")
                .isInstanceOf(Result.Done.class);

        var more = new LegacyHash(CHEAP.scheme(), CHEAP.stored(), CHEAP.work(), LegacyHash.KIBIBYTES + 1);
        assertThat(hashing.check(WRONG, Duration.ofMillis(20), HashingTests::unheard, more))
                .isInstanceOf(Result.Busy.class);
        assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP))
                .as("the place was given back")
                .isInstanceOf(Result.Done.class);
    }

    @Test
    @SuppressWarnings("NullAway") // what no hash of a store can be: nothing else fails for sure
    void whatCannotBeCheckedAtAllLeavesThePlaceToOthers() {
        var impossible = new LegacyHash(null, new Secret(""), 1, 0);

        for (int i = 0; i <= Hashing.AT_ONCE; i++) {
            assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, impossible))
                    .isInstanceOf(Result.Busy.class);
        }
        assertThat(hashing.check(WRONG, PATIENT, HashingTests::unheard, CHEAP)).isInstanceOf(Result.Done.class);
    }

    private static void unheard(Result.Done done) {
        throw new AssertionError("nobody was to hear " + done);
    }
}
