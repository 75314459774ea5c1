package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.BENS;
import static app.almanac.journeys.BrokenWorld.HOME;
import static app.almanac.journeys.BrokenWorld.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    @BeforeAll
    static void start() {
        broken = new BrokenWorld();
        ana = broken.world().signedIn("ana@example.com");
        ben = broken.world().signedIn("ben@example.com");
        ana.get("/calendar");
        ben.get("/calendar");
        healthy = callsOfTwoMinutes();
        assertThat(healthy).isGreaterThan(24);
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
                Arguments.of("Google", "429", Fault.status(429, "Retry-After: 5\r\n", "{}")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("outages")
    void anOutageMakesHardlyMoreCallsThanAHealthyTimeAndIsOverHalfAMinuteAfterItEnds(
            String upstream, String how, Fault fault) {
        var proxy = upstream.equals("Google") ? broken.google() : broken.fusionAuth();
        try {
            proxy.breaking(call -> true, fault);

            var calls = callsOfTwoMinutes();

            System.out.printf("%s, %s: %d calls, and %d in a healthy time%n", upstream, how, calls, healthy);
            assertThat(calls).isPositive().isLessThanOrEqualTo((int) (healthy * AT_MOST));
            broken.heal(Duration.ofSeconds(30));
            assertThat(ana.get("/calendar").accounts())
                    .as(ana.page().text())
                    .containsEntry(HOME, "connected")
                    .containsEntry(WORK, "connected");
            assertThat(ben.get("/calendar").accounts())
                    .as(ben.page().text())
                    .containsOnly(Map.entry(BENS, "connected"));
        } finally {
            broken.heal(Duration.ofMinutes(6));
        }
    }

    private static int callsOfTwoMinutes() {
        var before = calls();
        for (int i = 0; i < 12; i++) {
            broken.world().clock().forward(Duration.ofSeconds(10));
            for (var reader : List.of(ana, ben)) {
                reader.get("/calendar");
                assertThat(reader.status()).as(reader.page().text()).isEqualTo(200);
            }
        }
        return calls() - before;
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
