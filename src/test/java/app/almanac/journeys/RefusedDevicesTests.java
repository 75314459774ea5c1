package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On two devices at most, by the simple policy: FusionAuth asks Almanac at every sign-in, and refuses there. */
class RefusedDevicesTests {

    private static final String ANA = "ana@example.com";

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("DEVICES_LIMIT", "2", "DEVICES_POLICY", "refuse");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void nobodyIsSignedIn() {
        world.sandbox().fusionAuth().loseEvents();
        world.sandbox().fusionAuth().revokeDevices(ANA);
    }

    @Test
    void theThirdDeviceIsRefusedAtFusionAuthUntilOneIsSignedOut() {
        var first = world.signedIn(ANA);
        var second = world.signedIn(ANA);
        var third = world.visitor().get("/login").signIn(ANA);

        assertThat(third.at().getPath()).isEqualTo("/oauth2/authorize");
        assertThat(third.page().text()).contains("[WebhookTransactionException]");
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);
        assertThat(first.get("/calendar").status()).isEqualTo(200);
        assertThat(second.get("/calendar").status()).isEqualTo(200);

        second.submit(second.form("/logout"), Map.of());

        assertThat(third.signIn(ANA).at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void whoSlipsPastTheEventIsRefusedHereAndLeavesNoDeviceBehind() {
        world.signedIn(ANA);
        var second = world.signedIn(ANA);
        world.sandbox().fusionAuth().loseEvents("user.login.success");

        var third = world.visitor().get("/login").signIn(ANA);

        assertThat(third.status()).isEqualTo(403);
        assertThat(third.page().select("[data-problem=too-many-devices]")).hasSize(1);
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);
        assertThat(second.get("/calendar").status()).isEqualTo(200);
    }

    @Test
    void othersApplicationsAndWhoIsNotRegisteredAreLetPass() {
        var fusionAuth = world.sandbox().fusionAuth();
        for (int i = 0; i < 3; i++) {
            fusionAuth.issueRefreshToken("nora@example.com", UUID.randomUUID().toString());
        }

        var nora = world.visitor().get("/login").signIn("nora@example.com");

        assertThat(nora.outcome()).isEqualTo("not-invited");
    }

    @Test
    void whoIsAtTheLimitCanStillConnectAnAccount() {
        world.signedIn(ANA);
        var ana = world.signedIn(ANA);
        world.sandbox().fusionAuth().hostedLinking(sandbox.FusionAuthStandIn.HostedLinking.SECOND_LOGIN_WITHOUT_LINK);
        try {
            ana.connect("hosted").chooseAndAllow("ana.home@gmail.example");
            if (ana.at().getPath().startsWith("/oauth2")) {
                ana.signIn(ANA);
            }

            assertThat(ana.outcome()).isEqualTo("nothing-linked");
            assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);
        } finally {
            world.sandbox().fusionAuth().hostedLinking(sandbox.FusionAuthStandIn.HostedLinking.LINK_COMPLETED);
        }
    }
}
