package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.FusionAuthStandIn.HostedLinking;

/** On two devices at most, by the friendly policy. */
class DevicesTests {

    private static final String ANA = "ana@example.com";
    private static final String PHONE =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("DEVICES_LIMIT", "2");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void nobodyIsSignedIn() {
        var fusionAuth = world.sandbox().fusionAuth();
        fusionAuth.down(false);
        fusionAuth.refreshTokensListed(true);
        fusionAuth.hostedLinking(HostedLinking.LINK_COMPLETED);
        fusionAuth.refuseEveryRevocation(0);
        fusionAuth.revokeDevices(ANA);
        // auth_time counts seconds: the next sign-in must not be taken for one that was signed out in the same second
        world.bean(JdbcClient.class).sql("DELETE FROM device").update();
    }

    @Test
    void thisDeviceComesFirstAndOthersAreInWords() {
        world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");

        assertThat(laptop.page().select("[data-device]")).hasSize(2);
        var first = laptop.page().select("[data-device]").get(0);
        assertThat(first.hasAttr("data-current")).isTrue();
        assertThat(first.text()).contains("Firefox on Linux", "127.0.0.1");
        assertThat(laptop.page().select("[data-current]")).hasSize(1);
        assertThat(laptop.page().select("[data-device]").get(1).text()).contains("Safari on iPhone", "just now");
    }

    @Test
    void theSameBrowserReplacesItsDeviceAndKeepsItsName() {
        var ana = world.signedIn(ANA).get("/devices");
        var id = own(ana);
        ana.submit(ana.form("/devices/" + id + "/name"), Map.of("name", "  The one in the kitchen "));
        assertThat(ana.outcome()).isEqualTo("device-named");

        for (int i = 0; i < 3; i++) {
            ana.get("/login");
        }

        assertThat(ana.get("/devices").page().select("[data-device]")).hasSize(1);
        assertThat(own(ana)).isEqualTo(id);
        assertThat(ana.page().select("[data-device] h2").text()).isEqualTo("The one in the kitchen");
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isOne();
    }

    @Test
    void overTheLimitTheChoiceIsTheOnlyPageAndNothingIsEndedBeforeThePersonSaysSo() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA);
        var third = world.visitor().get("/accounts").signIn(ANA);

        assertThat(third.at().getPath()).isEqualTo("/devices/choice");
        for (var page : new String[] {"/", "/calendar", "/accounts", "/devices", "/no/such/page"}) {
            assertThat(third.get(page).at().getPath()).as(page).isEqualTo("/devices/choice");
        }
        assertThat(third.get("/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")
                        .status())
                .isEqualTo(403);
        assertThat(third.get("/assets/css/app.css").status()).isEqualTo(200);
        third.get("/accounts");
        assertThat(third.page().select("[data-device]")).hasSize(2);
        assertThat(third.page().select("[data-device] form[action$=/sign-out]")).hasSize(2);
        assertThat(phone.get("/calendar").status()).isEqualTo(200);
        assertThat(laptop.get("/calendar").status()).isEqualTo(200);

        third.submit(signOut(third, "Safari on iPhone"), Map.of());

        assertThat(third.at().getPath()).isEqualTo("/accounts");
        assertThat(reason(phone.get("/calendar"))).isEqualTo("limit");
        assertThat(phone.page().text()).contains("Firefox on Linux");
        assertThat(laptop.get("/calendar").status()).isEqualTo(200);
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);
    }

    @Test
    void cancellingSignsOutAndEndsNothingElse() {
        var first = world.signedIn(ANA);
        var second = world.signedIn(ANA);
        var third = world.signedIn(ANA);

        third.submit(third.form("/logout"), Map.of());

        assertThat(third.at().getPath()).isEqualTo("/");
        assertThat(third.get("/calendar").at().getPath()).isEqualTo("/oauth2/authorize");
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);
        assertThat(first.get("/calendar").status()).isEqualTo(200);
        assertThat(second.get("/calendar").status()).isEqualTo(200);
    }

    @Test
    void whenRoomIsMadeElsewhereTheWaitingOneGoesOnWithoutEndingAnything() {
        var first = world.signedIn(ANA);
        var second = world.signedIn(ANA);
        var third = world.signedIn(ANA);
        second.get("/calendar").submit(second.form("/logout"), Map.of());

        third.get("/calendar");
        assertThat(third.at().getPath()).isEqualTo("/devices/choice");
        third.submit(third.form("/devices/choice"), Map.of());

        assertThat(third.at().getPath()).isEqualTo("/calendar");
        assertThat(first.get("/calendar").status()).isEqualTo(200);
    }

    @Test
    void signingADeviceOutTakesEffectOnItsNextRequestAndTellsWhy() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");

        laptop.submit(signOut(laptop, "Safari on iPhone"), Map.of());

        assertThat(laptop.outcome()).isEqualTo("device-signed-out");
        assertThat(laptop.page().select("[data-device]")).hasSize(1);
        assertThat(reason(phone.get("/calendar"))).isEqualTo("elsewhere");
        assertThat(phone.page().text()).contains("Firefox on Linux");
        assertThat(phone.get("/assets/css/app.css").status()).isEqualTo(200);
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isOne();
    }

    @Test
    void whoeverHoldsADeviceThatWasSignedOutFromAfarHasToProveWhoTheyAre() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");

        laptop.submit(signOut(laptop, "Safari on iPhone"), Map.of());

        assertThat(reason(phone.get("/calendar"))).isEqualTo("elsewhere");
        assertThat(phone.get("/accounts").page().select("[name=password]")).isNotEmpty();
        theSecondEnds();
        assertThat(phone.signIn(ANA).at().getPath()).isEqualTo("/accounts");
    }

    @Test
    void forgettingAlmanacsCookiesDoesNotLeadAroundThat() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");
        laptop.submit(signOut(laptop, "Safari on iPhone"), Map.of());

        phone.forgets("almanac");

        assertThat(phone.get("/accounts").page().select("[name=password]")).isNotEmpty();
        theSecondEnds();
        assertThat(phone.signIn(ANA).at().getPath()).isEqualTo("/accounts");
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);
    }

    @Test
    void aFusionAuthThatDoesNotAskHasItsSingleSignOnEnded() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");
        laptop.submit(signOut(laptop, "Safari on iPhone"), Map.of());
        world.sandbox().fusionAuth().hostedLinking(HostedLinking.SESSION_WINS);

        assertThat(reason(phone.get("/calendar"))).isEqualTo("elsewhere");
        assertThat(phone.get("/login").at()).isEqualTo(world.url().resolve("/"));
        assertThat(phone.get("/login").page().select("[name=password]")).isNotEmpty();
    }

    @Test
    void signingThisDeviceOutIsSigningOut() {
        var laptop = world.signedIn(ANA).get("/devices");

        laptop.submit(laptop.form("/devices/" + own(laptop) + "/sign-out"), Map.of());

        assertThat(laptop.at()).isEqualTo(world.url().resolve("/"));
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isZero();
        assertThat(laptop.get("/login").page().select("[name=password]")).isNotEmpty();
    }

    @Test
    void aSignInThatIsNotLetInLeavesNoDevice() {
        var nora = world.visitor().get("/login").signIn("nora@example.com");

        assertThat(nora.status()).isEqualTo(403);
        assertThat(world.sandbox().fusionAuth().devicesOf("nora@example.com")).isZero();
    }

    @Test
    void allOthersAreSignedOutAtOnce() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");

        laptop.submit(laptop.form("/devices/sign-out-others"), Map.of());

        assertThat(laptop.outcome()).isEqualTo("devices-signed-out");
        assertThat(reason(phone.get("/accounts"))).isEqualTo("elsewhere");
        assertThat(laptop.get("/calendar").status()).isEqualTo(200);
    }

    @Test
    void aSignOutWhileFusionAuthIsDownCountsAtOnceAndIsMadeUpFor() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");
        world.sandbox().fusionAuth().down(true);

        laptop.submit(signOut(laptop, "Safari on iPhone"), Map.of());

        assertThat(laptop.outcome()).isEqualTo("device-signed-out");
        assertThat(reason(phone.get("/calendar"))).isEqualTo("elsewhere");
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isEqualTo(2);

        world.sandbox().fusionAuth().down(false);
        Wait.until(() -> world.sandbox().fusionAuth().devicesOf(ANA) == 1);
    }

    @Test
    void somebodyElsesDeviceAndAnUnknownOneAreNotFound() {
        var ben = world.signedIn("ben@example.com").get("/devices");
        var bens = own(ben);
        var ana = world.signedIn(ANA).get("/devices");
        for (var id : new String[] {bens, UUID.randomUUID().toString(), "not-an-id"}) {
            for (var act : new String[] {"sign-out", "name"}) {
                var form = ana.get("/devices").form("/" + act).clone();
                form.attr("action", "/devices/" + id + "/" + act);

                assertThat(ana.submit(form, Map.of("name", "mine now")).status())
                        .as(act + " " + id)
                        .isEqualTo(404);
            }
        }
        assertThat(ben.get("/devices").page().select("[data-device] h2").text())
                .contains("Firefox on Linux")
                .doesNotContain("mine now");
    }

    @Test
    void aNameThatIsTooLongOrNoNameIsABadParameter() {
        var ana = world.signedIn(ANA).get("/devices");
        var form = ana.form("/name");

        assertThat(ana.submit(form, Map.of("name", "x".repeat(41))).status()).isEqualTo(400);
        assertThat(ana.page().select("[data-parameter=name]")).hasSize(1);
        assertThat(ana.get("/devices").submit(form, Map.of("name", "a\nb")).status())
                .isEqualTo(400);
    }

    @Test
    void aNewDeviceIsToldOnceOnTheNextPageOfTheOthers() {
        var laptop = world.signedIn(ANA).get("/calendar");
        assertThat(laptop.page().select(".news")).isEmpty();
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);

        assertThat(laptop.get("/accounts").page().select(".news").text()).contains("Safari on iPhone");
        assertThat(laptop.get("/accounts").page().select(".news")).isEmpty();
        assertThat(phone.get("/calendar").page().select(".news")).isEmpty();
    }

    @Test
    void singleSignOnSessionsAndOtherApplicationsNeverCount() {
        var fusionAuth = world.sandbox().fusionAuth();
        for (int i = 0; i < 5; i++) {
            fusionAuth.issueRefreshToken(ANA, null);
            fusionAuth.issueRefreshToken(ANA, UUID.randomUUID().toString());
        }

        var ana = world.signedIn(ANA).get("/devices");

        assertThat(ana.page().select("[data-device]")).hasSize(1);
    }

    @Test
    void aRefreshTokenThatOnlyFusionAuthKnowsIsADeviceAndCanBeEnded() {
        var fusionAuth = world.sandbox().fusionAuth();
        var first = fusionAuth.issueRefreshToken(ANA, fusionAuth.applicationId());
        fusionAuth.issueRefreshToken(ANA, fusionAuth.applicationId());

        var ana = world.signedIn(ANA);

        assertThat(ana.at().getPath()).isEqualTo("/devices/choice");
        assertThat(ana.page().select("[data-device]").text()).contains("Safari on macOS");
        ana.submit(ana.page().select("[data-device] form").get(0), Map.of());
        assertThat(ana.at().getPath()).isEqualTo("/calendar");
        assertThat(fusionAuth.devicesOf(ANA)).isEqualTo(2);
        assertThat(first).isNotNull();
    }

    @Test
    void aRevocationAtFusionAuthMakesRoomAtOnce() {
        world.signedIn(ANA);
        world.signedIn(ANA);
        world.sandbox().fusionAuth().revokeDevices(ANA);

        assertThat(world.signedIn(ANA).at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void whileTheListingFailsSigningInGoesOnWithinTheLastKnownLimit() {
        world.signedIn(ANA);
        world.sandbox().fusionAuth().refreshTokensListed(false);

        assertThat(world.signedIn(ANA).at().getPath()).isEqualTo("/calendar");
        var third = world.signedIn(ANA);

        assertThat(third.at().getPath()).isEqualTo("/devices/choice");
    }

    @Test
    void aSessionThatEndedIdleGivesItsPlaceBackAndItsTokenIsRevoked() {
        world.signedIn(ANA);
        world.signedIn(ANA);

        world.clock().forward(Duration.ofHours(13));

        Wait.until(() -> world.sandbox().fusionAuth().devicesOf(ANA) == 0);
        assertThat(world.signedIn(ANA).at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void anUndecidedSignInLapsesAndItsTokenIsRevoked() {
        world.signedIn(ANA);
        world.signedIn(ANA);
        var third = world.signedIn(ANA);

        world.clock().forward(Duration.ofMinutes(6));

        Wait.until(() -> world.sandbox().fusionAuth().devicesOf(ANA) == 2);
        assertThat(reason(third.get("/calendar"))).isEqualTo("undecided");
    }

    @Test
    void anotherPersonInTheSameBrowserEndsTheFormerSignIn() {
        var browser = world.signedIn(ANA);
        browser.get("/devices");
        world.sandbox().fusionAuth().endSingleSignOn();

        browser.get("/login").signIn("ben@example.com");

        assertThat(browser.get("/calendar").page().select(".masthead-who").text())
                .isEqualTo("Ben Baker");
        assertThat(world.sandbox().fusionAuth().devicesOf(ANA)).isZero();
    }

    @Test
    void anotherInstanceKnowsAtOnceToo() {
        var phone = world.visitor(PHONE).get("/login").signIn(ANA);
        var laptop = world.signedIn(ANA).get("/devices");
        phone.through(world.secondInstance());
        assertThat(phone.get("/calendar").status()).isEqualTo(200);

        laptop.submit(signOut(laptop, "Safari on iPhone"), Map.of());

        assertThat(reason(phone.get("/calendar"))).isEqualTo("elsewhere");
    }

    /** FusionAuth's auth_time counts seconds: two proofs in one are not told apart. */
    private static void theSecondEnds() {
        var now = Instant.now().getEpochSecond();
        Wait.until(() -> Instant.now().getEpochSecond() > now);
    }

    private static String own(Visitor visitor) {
        return visitor.page().select("[data-current]").attr("data-device");
    }

    private static Element signOut(Visitor visitor, String device) {
        var form = visitor.page().select("[data-device]").stream()
                .filter(candidate -> candidate.text().contains(device))
                .findFirst()
                .orElseThrow()
                .selectFirst("form[action$=/sign-out]");
        if (form == null) {
            throw new AssertionError("cannot be signed out");
        }
        return form;
    }

    private static String reason(Visitor visitor) {
        assertThat(visitor.status()).isEqualTo(401);
        return visitor.page().select("[data-outcome=signed-out]").attr("data-reason");
    }
}
