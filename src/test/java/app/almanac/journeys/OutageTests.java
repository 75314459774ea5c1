package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.BENS;
import static app.almanac.journeys.BrokenWorld.HOME;
import static app.almanac.journeys.BrokenWorld.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sandbox.FaultProxy.Fault;

/** A whole upstream gone for two minutes, while two people look at their calendars every ten seconds. */
class OutageTests {

    private static final double AT_MOST = 1.1;

    private static BrokenWorld broken;
    private static Visitor ana;
    private static Visitor ben;
    private static int healthy;
    private static int healthyReading;

    @BeforeAll
    static void start() {
        broken = new BrokenWorld();
        ana = broken.world().signedIn("ana@example.com");
        ben = broken.world().signedIn("ben@example.com");
        ana.get("/calendar");
        ben.get("/calendar");
        healthy = callsOfTwoMinutes();
        assertThat(healthy).isGreaterThan(24);
        broken.world().clock().forward(Duration.ofMinutes(2));
        var before = calls();
        bothRead();
        healthyReading = calls() - before;
    }

    @AfterAll
    static void stop() {
        broken.close();
    }

    /** By name: JUnit would close a proxy that is an argument. */
    static Stream<Arguments> outages() {
        return Stream.of(
                Arguments.of("FusionAuth", "resets", Fault.reset()),
                Arguments.of("FusionAuth", "503", Fault.status(503, "", "busy")),
                Arguments.of("Google", "resets", Fault.reset()),
                Arguments.of("Google", "429", Fault.status(429, "Retry-After: 5\r\n", "{}")),
                Arguments.of("Google", "hangs", Fault.hang()),
                Arguments.of("FusionAuth and Google", "resets", Fault.reset()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("outages")
    void anOutageMakesHardlyMoreCallsThanAHealthyTimeAndIsOverHalfAMinuteAfterItEnds(
            String upstream, String how, Fault fault) {
        try {
            for (var proxy : Map.of("FusionAuth", broken.fusionAuth(), "Google", broken.google())
                    .entrySet()) {
                if (upstream.contains(proxy.getKey())) {
                    proxy.getValue().breaking(call -> true, fault);
                }
            }

            var calls = callsOfTwoMinutes();

            assertThat(calls).isPositive().isLessThanOrEqualTo((int) (healthy * AT_MOST));
            var afterwards = callsOfTheFirstReadingWithin30Seconds();
            System.out.printf(
                    "%s, %s: %d calls, and %d in a healthy time; %d afterwards, and %d in a healthy reading%n",
                    upstream, how, calls, healthy, afterwards, healthyReading);
            assertThat(ana.accounts())
                    .as(ana.page().text())
                    .containsEntry(HOME, "connected")
                    .containsEntry(WORK, "connected");
            assertThat(ben.accounts()).as(ben.page().text()).containsOnly(Map.entry(BENS, "connected"));
            assertThat(afterwards).isLessThanOrEqualTo(2 * healthyReading);
        } finally {
            broken.heal(Duration.ofMinutes(6));
        }
    }

    /** What hangs when it ends is given up at its own deadline; who reads before that joins it and asks for nothing. */
    private static int callsOfTheFirstReadingWithin30Seconds() {
        var healed = System.nanoTime();
        broken.heal(Duration.ZERO);
        Wait.until(() -> Stream.of(ana, ben)
                .noneMatch(reader -> reader.get("/calendar").accounts().containsValue("loading")));
        var gone = Duration.ofNanos(System.nanoTime() - healed);
        broken.world().clock().forward(Duration.ofSeconds(30).minus(gone));
        var before = calls();
        bothRead();
        return calls() - before;
    }

    private static int callsOfTwoMinutes() {
        var before = calls();
        for (int i = 0; i < 12; i++) {
            broken.world().clock().forward(Duration.ofSeconds(10));
            bothRead();
        }
        return calls() - before;
    }

    private static void bothRead() {
        var reading = CompletableFuture.runAsync(() -> ben.get("/calendar"), Thread::startVirtualThread);
        ana.get("/calendar");
        reading.join();
        for (var reader : List.of(ana, ben)) {
            assertThat(reader.status()).as(reader.page().text()).isEqualTo(200);
        }
    }

    /** What reading a calendar asks for, and how somebody stands. */
    private static int calls() {
        return Stream.of("/api/identity-provider/link", "/api/user", "/api/jwt/refresh")
                        .mapToInt(broken.fusionAuth()::count)
                        .sum()
                + Stream.of("/token", "/calendarList", "/events")
                        .mapToInt(broken.google()::count)
                        .sum();
    }
}
