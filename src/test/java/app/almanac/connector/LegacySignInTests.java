package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import app.almanac.Wait;
import app.almanac.upstream.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import sandbox.LegacyDatabase;

/** Who is looked at, what that costs, and when a refusal is answered. No failure is forgotten while a test lasts. */
class LegacySignInTests {

    private static final String PASSWORD = "abc";
    private static final String MD5 = "{md5}900150983cd24fb0d6963f7d28e17f72";
    private static final String NOT_FOUND = "{\"status\":404,\"title\":\"Not Found\"}";
    private static final String ELSEWHERE = "198.51.100.7";

    /** For who has no hash. */
    private static final LegacyHash NONE = LegacyHash.DECOY;

    /** Every hash that a password was to be checked against, in turn. */
    private final List<LegacyHash> checked = Collections.synchronizedList(new ArrayList<>());

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T08:00:00Z"), ZoneOffset.UTC);

    private final LegacyRoom room = new LegacyRoom(LegacyDatabase.empty(), CLOCK, new Listening());

    private final class Listening extends Hashing {

        Listening() {
            super(LegacyRoom.HASHES);
        }

        @Override
        Result check(Secret password, Duration deadline, Consumer<Result> late, LegacyHash hash) {
            checked.add(hash);
            return super.check(password, deadline, late, hash);
        }

        @Override
        Result pretend(Secret password, Duration deadline, Consumer<Result> late) {
            checked.add(NONE);
            return super.pretend(password, deadline, late);
        }
    }

    @BeforeEach
    void members() {
        room.legacy.add("1001", "olga", "olga@old.example", null, MD5, "no");
        room.legacy.add("1004", "oona", null, null, MD5, "no");
        room.legacy.add("1007", "omar", null, null, MD5, "yes");
        room.legacy.add("1008", "olaf", "family@old.example", null, MD5, "no");
        room.legacy.add("1009", "ottilie", "family@old.example", null, MD5, "no");
        room.legacy.add(" ", "keyless", null, null, MD5, "no");
        room.legacy.add("5001", "plain", null, null, PASSWORD, "no");
    }

    @AfterEach
    void close() {
        room.close();
    }

    @Test
    void aRightPasswordIsNotLookedAtOnceTooManyWereWrongAndIsAnsweredLikeAnyRefusal() {
        var unknown = room.signIn("nobody", PASSWORD);
        checked.clear();
        failed("oona");

        var throttled = room.signIn("oona", PASSWORD);

        assertThat(throttled).hasStatus(404).bodyText().isEqualTo(NOT_FOUND);
        assertThat(throttled.getResponse().getHeaderNames())
                .isEqualTo(unknown.getResponse().getHeaderNames());
        assertThat(checked).isEmpty();
        assertThat(reasons()).contains("THROTTLED");
    }

    @Test
    void whoeverIsElsewhereThanTheAttackerGetsIn() {
        failed("oona");

        assertThat(answered(() -> room.signIn("oona", PASSWORD, ELSEWHERE))).hasStatusOk();
    }

    @Test
    void whoHasFailedByOneNameTooOftenIsNotLookedAtByAnother() {
        for (int i = 0; i < 20; i++) {
            assertThat(admitted("olga by name " + i).isFor("1001")).isTrue();
        }

        assertThat(room.signIn("olga@old.example", PASSWORD)).hasStatus(404);
        assertThat(reasons()).contains("THROTTLED");
        assertThat(checked).containsOnly(NONE);
        assertThat(answered(() -> room.signIn("olga@old.example", PASSWORD, ELSEWHERE)))
                .hasStatusOk();
    }

    @Test
    void aRightPasswordCostsNothingAndAWrongOneATry() {
        for (int i = 0; i < 25; i++) {
            assertThat(room.signIn("oona", PASSWORD)).hasStatusOk();
        }
        Wait.until(() -> triesLeft("oona") == 20);

        assertThat(room.signIn("oona", "wrong")).hasStatus(404);
        assertThat(triesLeft("oona")).isLessThan(20);
    }

    @Test
    void aWrongPasswordThatIsFoundSoTooLateCostsATryAllTheSame() throws Exception {
        try (var stuck = new StuckHashing(room.hashing)) {
            stuck.holdThreads();

            isUnavailable("wrong", () -> triesLeft("oona") == 19);
        }
        room.hashing.threads.shutdown();
        assertThat(room.hashing.threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

        assertThat(triesLeft("oona")).isEqualTo(19);
    }

    @Test
    void aRightPasswordThatIsFoundSoTooLateCostsNothing() {
        try (var stuck = new StuckHashing(room.hashing)) {
            stuck.holdThreads();

            isUnavailable(PASSWORD, () -> triesLeft("oona") == 19);
        }

        Wait.until(() -> triesLeft("oona") == 20);
    }

    @Test
    void whatWasNotCheckedForWantOfAPlaceIsUnavailableAndCostsNothing() {
        try (var stuck = new StuckHashing(room.hashing)) {
            stuck.takeAllPlaces();

            isUnavailable("wrong", () -> reasons().contains("BUSY"));
        }
        assertThat(triesLeft("oona")).isEqualTo(20);
    }

    @Test
    void whoeverFindsNoPlaceAmongTheSignInsIsUnavailableAtOnceAndEveryPlaceIsGivenBack() {
        var places = room.signIn.places;
        assertThat(places.drainPermits()).as("a quarter of REQUESTS_AT_ONCE").isEqualTo(16);
        assertThat(ask("nobody", PASSWORD)).hasStatus(503).hasContentType("application/problem+json");
        assertThat(checked).isEmpty();
        assertThat(triesLeft("nobody")).isEqualTo(20);

        places.release();
        assertThat(room.signIn("oona", PASSWORD)).hasStatusOk();
        assertThat(room.signIn("nobody", PASSWORD)).hasStatus(404);
        assertThat(room.signIn("oona", PASSWORD)).hasStatusOk();
        assertThat(places.availablePermits()).isOne();
    }

    @Test
    void whoeverWouldWaitForAPlaceInVainIsUnavailableWithoutTheStoreBeingAsked() {
        room.signIn("oona", "wrong");
        var before = triesLeft("oona");
        try (var stuck = new StuckHashing(room.hashing)) {
            stuck.fill(Duration.ofMillis(700));
            room.legacy.down(true);

            assertThat(ask("oona", PASSWORD)).hasStatus(503).hasContentType("application/problem+json");
            assertThat(reasons()).contains("BUSY").doesNotContain("STORE");
        }
        assertThat(triesLeft("oona")).isEqualTo(before);
    }

    @Test
    void noThreadWaitsForARefusalWhosePlaceIsTakenUntilItsAnswer() {
        failed("oona");
        var places = room.signIn.throttledPlaces;
        var free = places.availablePermits();

        Wait.until(() -> {
            var start = System.nanoTime();
            var answer = room.signIn.of(new LegacySignIn.Attempt("oona", new Secret("wrong"), LegacyRoom.ADDRESS));
            var taken = free - places.availablePermits();
            var isHeld = !answer.isDone() && System.nanoTime() - start < EqualTime.FLOOR.toNanos();
            assertThat(answer.join()).isInstanceOf(LegacySignIn.Outcome.Refused.class);
            assertThat(places.availablePermits()).isEqualTo(free);
            return isHeld && taken == 1;
        });
    }

    @Test
    void whoIsThrottledKeepsNobodyElseFromBeingLookedAt() {
        failed("olga");
        var held = room.signIn.throttledPlaces;
        assertThat(held.drainPermits()).as("a quarter of REQUESTS_AT_ONCE").isEqualTo(16);

        assertThat(ask("olga", PASSWORD)).hasStatus(503);
        assertThat(checked).isEmpty();
        assertThat(room.signIn("oona", PASSWORD)).hasStatusOk();

        held.release();
        assertThat(room.signIn("olga", PASSWORD)).hasStatus(404);
        assertThat(held.availablePermits()).isOne();
    }

    @Test
    void whoCannotBeCheckedIsToldSoInTime() {
        try (var stuck = new StuckHashing(room.hashing)) {
            stuck.takeAllPlaces();

            Wait.until(() -> {
                var start = System.nanoTime();
                assertThat(ask("oona", PASSWORD)).hasStatus(503);
                return System.nanoTime() - start < Duration.ofMillis(800).toNanos();
            });
        }
    }

    @Test
    void everyRefusalIsHeldAsLongWhateverItsReason() {
        failed("oona");
        var refusals = Map.of(
                "nobody", "UNKNOWN",
                "olga", "WRONG_PASSWORD",
                "omar", "DISABLED",
                "family@old.example", "AMBIGUOUS",
                "keyless", "NAMELESS",
                "plain", "UNREADABLE_HASH",
                "oona", "THROTTLED");

        for (var login : refusals.keySet()) {
            assertThat(tookToRefuse(login, login.equals("olga") ? "wrong" : PASSWORD))
                    .as(login)
                    .isGreaterThanOrEqualTo(EqualTime.FLOOR);
        }
        assertThat(reasons()).containsAll(refusals.values());
    }

    @Test
    void aNameThatTheQueryCannotTakeIsRefusedLikeAnyOther() {
        var legacy = LegacyDatabase.withMembers(PASSWORD);
        var settings = new HashMap<>(legacy.settings());
        settings.merge(
                "LEGACY_USER_QUERY",
                "no::int = :login::text::int",
                (query, condition) -> query.replace("mobile = :login", condition));
        try (var numbers = new LegacyRoom(legacy, CLOCK, new Listening(), settings)) {
            var start = new long[1];
            var answer = answered(() -> {
                start[0] = System.nanoTime();
                return numbers.ask(numbers.request("ten", PASSWORD));
            });

            assertThat(answer).hasStatus(404);
            assertThat(Duration.ofNanos(System.nanoTime() - start[0])).isGreaterThanOrEqualTo(EqualTime.FLOOR);
            assertThat(checked.getLast()).isEqualTo(NONE);
            numbers.record.write();
            assertThat(numbers.record.failures(20))
                    .extracting(MigrationRecord.Failed::reason)
                    .contains("UNFIT");
        }
    }

    @Test
    void onceTheStoreHasShownACostlyHashEveryRefusalIsHeldAsLongAsThatNeeds() {
        add("olive", bcrypt(12));
        Wait.until(() -> {
            ask("olive", "wrong");
            return !checked.isEmpty();
        });

        assertThat(tookToRefuse("nobody", PASSWORD)).isGreaterThanOrEqualTo(Duration.ofMillis(700));
    }

    @Test
    void nobodyCanTellByTheTimeWhetherThePasswordOfSomebodyDisabledIsRight() {
        assertThat(answered(() -> ask("omar", PASSWORD))).hasStatus(404);
        assertThat(answered(() -> ask("omar", "wrong"))).hasStatus(404);

        assertThat(checked).containsOnly(NONE);
    }

    @Test
    void whoeverHasNoHashTakesAPlaceAllTheSame() {
        var md5 = LegacyHash.of(new Secret(MD5)).orElseThrow();

        assertThat(List.of("nobody", "family@old.example", "keyless", "plain"))
                .extracting(this::checkedFor)
                .containsOnly(NONE);
        assertThat(checkedFor("olga")).isEqualTo(md5);
    }

    private LegacyHash checkedFor(String login) {
        assertThat(answered(() -> ask(login, "wrong"))).hasStatus(404);
        return checked.getLast();
    }

    private static String bcrypt(int cost) {
        return "{bcrypt}" + new BCryptPasswordEncoder(cost).encode(PASSWORD);
    }

    private LegacyHash add(String login, String hash) {
        room.legacy.add("6-" + login, login, null, null, hash, "no");
        return LegacyHash.of(new Secret(hash)).orElseThrow();
    }

    private MvcTestResult ask(String login, String password) {
        return room.ask(room.request(login, password));
    }

    /** Oona tries until it is so; a busy machine may not even come to her password. */
    private void isUnavailable(String password, Callable<Boolean> until) {
        Wait.until(() -> {
            assertThat(ask("oona", password)).hasStatus(503);
            return until.call();
        });
    }

    private Duration tookToRefuse(String login, String password) {
        var start = new long[1];
        var answer = answered(() -> {
            start[0] = System.nanoTime();
            return ask(login, password);
        });
        assertThat(answer).hasStatus(404);
        return Duration.ofNanos(System.nanoTime() - start[0]);
    }

    /** On a busy machine there may be no answer in time. */
    private static MvcTestResult answered(Callable<MvcTestResult> request) {
        return Wait.until(request, answer -> answer.getResponse().getStatus() != 503);
    }

    /** As often as is looked at, from where everybody here signs in. */
    private void failed(String login) {
        for (int i = 0; i < 20; i++) {
            admitted(login);
        }
    }

    private Throttle.Try admitted(String login) {
        return room.throttle.admit(login, LegacyRoom.ADDRESS) instanceof Throttle.Admission.Granted(var attempt)
                ? attempt
                : fail("refused");
    }

    private int triesLeft(String login) {
        var tries = new ArrayList<Throttle.Try>();
        while (room.throttle.admit(login, "") instanceof Throttle.Admission.Granted(var attempt)) {
            tries.add(attempt);
        }
        tries.forEach(Throttle.Try::takeBack);
        return tries.size();
    }

    private List<String> reasons() {
        room.record.write();
        return room.record.failures(20).stream()
                .map(MigrationRecord.Failed::reason)
                .toList();
    }
}
