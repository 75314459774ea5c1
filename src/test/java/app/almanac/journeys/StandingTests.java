package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What changes at FusionAuth reaches somebody who is signed in within a minute, and costs nobody anything. */
class StandingTests {

    private static final Duration MINUTE = Duration.ofSeconds(61);

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void allIsWell() {
        world.clock().goOn();
        var fusionAuth = world.sandbox().fusionAuth();
        fusionAuth.down(false);
        fusionAuth.lock("ana@example.com", false);
        fusionAuth.register("ana@example.com", Set.of("user"));
    }

    @Test
    void aLockedPersonIsOutWithinAMinuteAndToldWhy() {
        var ana = world.signedIn("ana@example.com");
        world.sandbox().fusionAuth().lock("ana@example.com", true);

        world.clock().forward(MINUTE);
        ana.get("/calendar");

        assertThat(ana.status()).isEqualTo(401);
        assertThat(ana.page().select("[data-outcome=signed-out]").attr("data-reason"))
                .isEqualTo("locked");
        assertThat(ana.get("/calendar").at().getPath()).isEqualTo("/oauth2/authorize");
    }

    @Test
    void whoIsNoLongerRegisteredIsOutWithinAMinute() {
        var ana = world.signedIn("ana@example.com");
        world.sandbox().fusionAuth().unregister("ana@example.com");

        world.clock().forward(MINUTE);

        assertThat(reason(ana.get("/accounts"))).isEqualTo("unregistered");
    }

    @Test
    void aRefreshTokenRevokedAtFusionAuthEndsItsSessionAndNoOther() {
        var laptop = world.signedIn("ana@example.com");
        world.sandbox().fusionAuth().revokeDevices("ana@example.com");
        var phone = world.signedIn("ana@example.com");

        world.clock().forward(MINUTE);

        assertThat(reason(laptop.get("/calendar"))).isEqualTo("revoked");
        assertThat(phone.get("/calendar").status()).isEqualTo(200);
    }

    @Test
    void theJsonSaysItInItsOwnWay() {
        var ana = world.signedIn("ana@example.com");
        world.sandbox().fusionAuth().lock("ana@example.com", true);

        world.clock().forward(MINUTE);

        assertThat(ana.get("/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")
                        .status())
                .isEqualTo(401);
        assertThat(ana.page().text()).contains("\"status\":401");
    }

    @Test
    void thePagesOfAMinuteAskFusionAuthNothing() {
        var ben = world.signedIn("ben@example.com").get("/");
        world.clock().stop();
        var before = asked();

        for (int i = 0; i < 10; i++) {
            world.clock().forward(Duration.ofSeconds(4));
            ben.get("/login/problem");
        }

        assertThat(asked()).isEqualTo(before);
    }

    @Test
    void aReaderIsCheckedOnceAMinuteBesideTheirRequests() {
        var ben = world.signedIn("ben@example.com");
        world.clock().stop();
        var before = asked();

        for (int i = 0; i < 60; i++) {
            world.clock().forward(Duration.ofSeconds(10));
            ben.get("/login/problem");
        }

        assertThat(asked() - before).as("checks in ten minutes").isBetween(9, 12);
    }

    @Test
    void whileFusionAuthIsSilentTheLastViewServesThenReadingGoesOnAndChangesWait() {
        var ana = world.signedIn("ana@example.com").get("/accounts");
        var connect = ana.form("/accounts/connection");
        world.sandbox().fusionAuth().down(true);
        world.clock().stop();

        world.clock().forward(Duration.ofSeconds(100));
        assertThat(ana.submit(connect, Map.of()).outcome()).isEqualTo("unavailable");

        world.clock().forward(Duration.ofSeconds(30));
        assertThat(ana.get("/calendar").status()).isEqualTo(200);
        assertThat(ana.submit(connect, Map.of()).status()).isEqualTo(503);
        assertThat(ana.page().select("[data-problem=wait]")).hasSize(1);

        world.sandbox().fusionAuth().down(false);
        world.clock().forward(Duration.ofSeconds(6));
        assertThat(ana.submit(connect, Map.of()).status()).isEqualTo(200);
    }

    private static String reason(Visitor visitor) {
        return visitor.page().select("[data-outcome=signed-out]").attr("data-reason");
    }

    private static int asked() {
        return world.sandbox().fusionAuth().count("/api/jwt/refresh"); // each check asks both, others ask for users too
    }
}
