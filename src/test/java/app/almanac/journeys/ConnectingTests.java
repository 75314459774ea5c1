package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import sandbox.FusionAuthStandIn.HostedLinking;
import sandbox.GoogleStandIn;

/** Every outcome of connecting a Google account, on each route where it can occur. */
@ExtendWith(OutputCaptureExtension.class)
class ConnectingTests {

    private static final String HOME = "ana.home@gmail.example";
    private static final String WORK = "ana.work@work.example";

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("ACCOUNTS_LIMIT", "2");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @BeforeEach
    void nothingIsConnected() throws Exception {
        var fusionAuth = world.sandbox().fusionAuth();
        fusionAuth.owners().keySet().forEach(fusionAuth::removeLink);
        fusionAuth.hostedLinking(HostedLinking.LINK_COMPLETED);
        fusionAuth.postOfExistingLink("CONFLICT");
        world.sandbox().google().withoutRefreshToken(false);
        try (var connection = world.sandbox().database().dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("TRUNCATE connected_account, hosted_route_links_nothing");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void anAccountIsConnectedAndThePersonStaysWhoTheyAre(String route) {
        var ana = world.signedIn("ana@example.com").connect(route).chooseAndAllow(HOME);

        assertThat(ana.outcome()).isEqualTo("connected");
        assertThat(ana.accounts()).containsExactly(Map.entry(HOME, "connected"));
        assertThat(ana.page().select(".masthead-who").text()).isEqualTo("Ana Alvarez");
        assertThat(world.sandbox().fusionAuth().devicesOf("ana@example.com")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void theSameAccountConnectedAgainIsReconnectedUnderItsId(String route) {
        var ana = world.signedIn("ana@example.com").connect(route).chooseAndAllow(HOME);
        var id = ana.idOf(HOME);

        ana.connect(route).chooseAndAllow(HOME);

        assertThat(ana.outcome()).isEqualTo("reconnected");
        assertThat(ana.idOf(HOME)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONFLICT", "REPLACES_TOKEN", "KEEPS_TOKEN"})
    void aRepairedLinkHoldsTheNewTokenWhateverPostOfAnExistingLinkDoes(String behaviour) {
        world.sandbox().fusionAuth().postOfExistingLink(behaviour);
        var ana = world.signedIn("ana@example.com").connect("direct").chooseAndAllow(HOME);
        world.sandbox().google().withdrawConsent(HOME);
        ana.get("/calendar");
        assertThat(ana.accounts()).containsEntry(HOME, "reconnect-needed");

        ana.submit(ana.form("/reconnection"), Map.of("route", "direct")).chooseAndAllow(HOME);

        assertThat(ana.outcome()).isEqualTo("reconnected");
        assertThat(ana.get("/calendar").accounts()).containsEntry(HOME, "connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void aRepairAnsweredWithAnotherAccountChangesNothing(String route) {
        var ana = world.signedIn("ana@example.com").connect(route).chooseAndAllow(HOME);

        ana.submit(ana.form("/reconnection"), Map.of("route", route)).chooseAndAllow(WORK);

        assertThat(ana.outcome()).isEqualTo("wrong-account");
        assertThat(ana.accounts()).containsOnlyKeys(HOME);
        assertThat(world.sandbox().fusionAuth().owners()).containsOnlyKeys(GoogleStandIn.subOf(HOME));
        assertThat(world.sandbox().google().hasGrant(WORK)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void anotherPersonsGoogleAccountStaysTheirs(String route) {
        world.signedIn("ben@example.com").connect("direct").chooseAndAllow(HOME);

        var ana = world.signedIn("ana@example.com").connect(route).chooseAndAllow(HOME);

        assertThat(ana.outcome()).isEqualTo("belongs-to-another-person");
        assertThat(ana.page().select(".masthead-who").text()).isEqualTo("Ana Alvarez");
        assertThat(ana.page().text()).doesNotContain("ben@example.com");
        assertThat(world.sandbox().fusionAuth().owners()).containsEntry(GoogleStandIn.subOf(HOME), "ben@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void anUntickedBoxLeavesTheAccountAskingForPermission(String route) {
        var ana = world.signedIn("ana@example.com").connect(route).choose(HOME);
        ana.submit(
                ana.form("/o/oauth2/v2/auth"),
                Map.of("answer", "allow", "https://www.googleapis.com/auth/calendar.events.readonly", "UNTICK"));

        assertThat(ana.outcome()).isEqualTo("calendar-permission-missing");
        assertThat(ana.accounts()).containsEntry(HOME, "calendar-permission-missing");
    }

    @Test
    void cancellingAtGoogleChangesNothing() {
        var ana = world.signedIn("ana@example.com").connect("direct").choose(HOME);
        ana.submit(ana.form("/o/oauth2/v2/auth"), Map.of("answer", "cancel"));

        assertThat(ana.outcome()).isEqualTo("cancelled");
        assertThat(ana.accounts()).isEmpty();
    }

    @Test
    void cancellingOnTheHostedRouteLeavesNothingHalfDone() {
        var ana = world.signedIn("ana@example.com").connect("hosted").choose(HOME);
        ana.submit(ana.form("/o/oauth2/v2/auth"), Map.of("answer", "cancel"));
        ana.get("/accounts");

        assertThat(ana.accounts()).isEmpty();
        assertThat(ana.outcome()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void withoutARefreshTokenTheAccountIsThereAndAsksForConsent(String route) {
        world.sandbox().google().withoutRefreshToken(true);

        var ana = world.signedIn("ana@example.com").connect(route).chooseAndAllow(HOME);

        assertThat(ana.outcome()).isEqualTo("reconnect-needed");
        assertThat(ana.accounts()).containsExactly(Map.entry(HOME, "reconnect-needed"));
    }

    @Test
    void aHostedRoundTripThatLinksNothingSaysSoAndOffersTheOtherRouteWhichIsUsedFromThenOn() {
        world.sandbox().fusionAuth().hostedLinking(HostedLinking.SESSION_WINS);
        var ana = world.signedIn("ana@example.com").get("/accounts");
        ana.submit(ana.form("/accounts/connection"), Map.of());
        assertThat(ana.outcome()).isEqualTo("nothing-linked");

        ana.submit(ana.form("/accounts/connection"), Map.of()).chooseAndAllow(HOME);
        assertThat(ana.outcome()).isEqualTo("connected");

        ana.get("/accounts");
        ana.submit(ana.form("/accounts/connection"), Map.of());
        assertThat(ana.at().getPath()).isEqualTo("/o/oauth2/v2/auth");
        assertThat(ana.at().getQuery()).contains("/accounts/connection/direct");
    }

    @Test
    void aSecondSignInWithoutALinkIsNeverCalledSuccess() {
        world.sandbox().fusionAuth().hostedLinking(HostedLinking.SECOND_LOGIN_WITHOUT_LINK);
        var ana = world.signedIn("ana@example.com").connect("hosted").chooseAndAllow(HOME);

        ana.signIn("ana@example.com");

        assertThat(ana.outcome()).isEqualTo("nothing-linked");
    }

    @Test
    void aSecondSignInAsSomebodyElseDoesNotReplaceThePerson() {
        world.sandbox().fusionAuth().hostedLinking(HostedLinking.SECOND_LOGIN_WITHOUT_LINK);
        var ana = world.signedIn("ana@example.com").connect("hosted").chooseAndAllow(HOME);

        ana.signIn("ben@example.com");

        assertThat(ana.outcome()).isEqualTo("belongs-to-another-person");
        assertThat(ana.page().select(".masthead-who").text()).isEqualTo("Ana Alvarez");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void aReturnIsGoodOnceAndForNobodyElse(String route) {
        var ana = world.signedIn("ana@example.com").connect(route).choose(HOME);
        var ben = world.signedIn("ben@example.com");
        var asked = world.sandbox().google().count("/token");

        ben.get("/accounts/connection/" + route + "?state=guessed&code=stolen");
        assertThat(ben.outcome()).isEqualTo("expired");
        ana.get("/accounts/connection/" + route + "?state=guessed&code=stolen");
        assertThat(ana.outcome()).isEqualTo("expired");

        assertThat(world.sandbox().google().count("/token")).isEqualTo(asked);
        assertThat(world.sandbox().fusionAuth().owners()).isEmpty();
    }

    /** The attack of session fixation: somebody begins, somebody else finishes. State and PKCE are all in order. */
    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void aRealReturnIsRefusedInEveryOtherBrowserAndGoodInItsOwnOnce(String route) {
        var ana = world.signedIn("ana@example.com").connect(route).choose(HOME);
        ana.stoppingBefore("/accounts/connection/" + route);
        ana.submit(ana.form("/o/oauth2/v2/auth"), Map.of("answer", "allow"));
        var back = ana.at().toString();
        var ben = world.signedIn("ben@example.com");
        var anaElsewhere = world.signedIn("ana@example.com");
        var nobody = world.visitor();
        var google = world.sandbox().google().count("/token");
        var fusionAuth = world.sandbox().fusionAuth().count("/oauth2/token");

        assertThat(ben.get(back).outcome()).isEqualTo("expired");
        assertThat(anaElsewhere.get(back).outcome()).isEqualTo("expired");
        assertThat(nobody.get(back).at().getPath()).isEqualTo("/oauth2/authorize");
        assertThat(world.sandbox().google().count("/token")).isEqualTo(google);
        assertThat(world.sandbox().fusionAuth().count("/oauth2/token")).isEqualTo(fusionAuth);
        assertThat(world.sandbox().fusionAuth().owners().values()).doesNotContain("ben@example.com");

        assertThat(ana.get(back).outcome()).isEqualTo("connected");
        assertThat(ana.get(back).outcome()).isEqualTo("expired");
    }

    /** Each of two requests at once has a copy of the session with the attempt in it. */
    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void aReturnThatTheBrowserSendsTwiceAtOnceIsFinishedOnce(String route) throws Exception {
        var ana = world.signedIn("ana@example.com").connect(route).choose(HOME);
        ana.stoppingBefore("/accounts/connection/" + route);
        ana.submit(ana.form("/o/oauth2/v2/auth"), Map.of("answer", "allow"));
        var google = world.sandbox().google();
        var fusionAuth = world.sandbox().fusionAuth();
        var exchanges = google.count("/token") + fusionAuth.count("/oauth2/token");
        google.delay("/token", Duration.ofMillis(400));
        fusionAuth.delay("/oauth2/token", Duration.ofMillis(400));
        var again =
                HttpRequest.newBuilder(ana.at()).header("Cookie", ana.cookie()).build();
        try (var http = HttpClient.newHttpClient()) {
            var tries = List.of(
                    http.sendAsync(again, HttpResponse.BodyHandlers.discarding()),
                    http.sendAsync(again, HttpResponse.BodyHandlers.discarding()));
            for (var sent : tries) {
                assertThat(sent.get().statusCode()).isEqualTo(303);
            }
        } finally {
            google.delay("/token", Duration.ZERO);
            fusionAuth.delay("/oauth2/token", Duration.ZERO);
        }

        // The exchange of the code, and on the hosted route one look whether the new token reads calendars
        assertThat(google.count("/token") + fusionAuth.count("/oauth2/token") - exchanges)
                .isEqualTo(route.equals("direct") ? 1 : 2);
        assertThat(ana.get("/accounts").outcome()).isEqualTo("connected");
    }

    @Test
    void anotherTabThatShowsTheNewAccountFirstDoesNotMakeItAnOldOne() {
        var ana = world.signedIn("ana@example.com").connect("hosted").choose(HOME);
        ana.stoppingBefore("/accounts/connection/hosted");
        ana.submit(ana.form("/o/oauth2/v2/auth"), Map.of("answer", "allow"));
        var back = ana.at().toString();
        assertThat(ana.tab().get("/accounts").accounts()).containsOnlyKeys(HOME);

        assertThat(ana.get(back).outcome()).isEqualTo("connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void signingInAsSomebodyElseInBetweenEndsTheAttempt(String route) {
        var browser = world.signedIn("ana@example.com").connect(route).choose(HOME);
        browser.stoppingBefore("/accounts/connection/" + route);
        browser.submit(browser.form("/o/oauth2/v2/auth"), Map.of("answer", "allow"));
        var back = browser.at().toString();
        browser.get("/accounts");
        browser.submit(browser.form("/logout"), Map.of());
        browser.get("/login").signIn("ben@example.com");

        assertThat(browser.get(back).outcome()).isEqualTo("expired");
        assertThat(browser.page().select(".masthead-who").text()).isEqualTo("Ben Baker");
        assertThat(browser.accounts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void thereIsAnEndToTheNumberOfAccounts(String route) {
        var ana = world.signedIn("ana@example.com");
        ana.connect("direct").chooseAndAllow(HOME);
        ana.connect("direct").chooseAndAllow(WORK);

        ana.connect(route);

        assertThat(ana.outcome()).isEqualTo("limit-reached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    void fusionAuthDownAtTheBeginningIsUnavailable(String route) {
        var ana = world.signedIn("ana@example.com").get("/accounts");
        world.sandbox().fusionAuth().down(true);
        try {
            ana.submit(ana.form("/accounts/connection"), Map.of("route", route));
            assertThat(ana.outcome()).isEqualTo("unavailable");
        } finally {
            world.sandbox().fusionAuth().down(false);
        }
    }

    @Test
    void disconnectingRevokesAtGoogleAndForgetsTheAccount() {
        var ana = world.signedIn("ana@example.com").connect("direct").chooseAndAllow(HOME);

        ana.submit(ana.form("/disconnection"), Map.of());

        assertThat(ana.outcome()).isEqualTo("disconnected");
        assertThat(ana.accounts()).isEmpty();
        assertThat(world.sandbox().google().hasGrant(HOME)).isFalse();
        assertThat(world.sandbox().fusionAuth().owners()).isEmpty();
    }

    @Test
    void disconnectingWhileGoogleIsDownSaysThatNothingWasWithdrawnThere() {
        var ana = world.signedIn("ana@example.com").connect("direct").chooseAndAllow(HOME);
        world.sandbox().google().down(true);
        try {
            ana.submit(ana.form("/disconnection"), Map.of());
        } finally {
            world.sandbox().google().down(false);
        }

        assertThat(ana.outcome()).isEqualTo("disconnected-not-revoked");
        assertThat(world.sandbox().fusionAuth().owners()).isEmpty();
    }

    @Test
    void disconnectingAnAccountWhoseTokenIsNotKnownSaysThatNothingWasWithdrawnAtGoogle() {
        var ana = world.signedIn("ana@example.com").connect("direct").chooseAndAllow(HOME);
        world.sandbox().fusionAuth().blankToken(GoogleStandIn.subOf(HOME));

        ana.submit(ana.form("/disconnection"), Map.of());

        assertThat(ana.outcome()).isEqualTo("disconnected-not-revoked");
        assertThat(ana.accounts()).isEmpty();
        assertThat(world.sandbox().google().hasGrant(HOME)).isTrue();
    }

    @Test
    void somebodyElsesAccountIsNotThere() {
        var id = world.signedIn("ana@example.com")
                .connect("direct")
                .chooseAndAllow(HOME)
                .idOf(HOME);
        var ben = world.signedIn("ben@example.com").get("/accounts");
        var form = ben.form("/accounts/connection").clone();

        ben.submit(form.attr("action", "/accounts/" + id + "/disconnection"), Map.of());

        assertThat(ben.status()).isEqualTo(404);
        assertThat(world.sandbox().fusionAuth().owners()).hasSize(1);
    }

    @Test
    void aBlankedOrVanishedLinkShowsAnAccountThatNeedsReconnecting() {
        var ana = world.signedIn("ana@example.com").connect("direct").chooseAndAllow(HOME);
        ana.connect("direct").chooseAndAllow(WORK);

        world.sandbox().fusionAuth().blankToken(GoogleStandIn.subOf(HOME));
        world.sandbox().fusionAuth().removeLink(GoogleStandIn.subOf(WORK));

        assertThat(ana.get("/accounts").accounts())
                .containsExactly(Map.entry(HOME, "reconnect-needed"), Map.entry(WORK, "reconnect-needed"));
    }

    @Test
    void nothingSecretReachesTheLog(CapturedOutput output) {
        var ana = world.signedIn("ana@example.com").connect("hosted").chooseAndAllow(HOME);
        ana.connect("direct").chooseAndAllow(WORK).get("/calendar");
        world.sandbox().google().withdrawConsent(HOME);
        ana.get("/calendar").get("/login/oauth2/code/fusionauth?error=access_denied&error_description=planted-text");

        assertThat(ana.page().text()).doesNotContain("planted-text");
        var settings = world.sandbox().settings();
        assertThat(output.getAll())
                .doesNotContain("1//", "ya29.", HOME, WORK, "ana@example.com", "planted-text")
                .doesNotContain(settings.get("FUSIONAUTH_CLIENT_SECRET"), settings.get("FUSIONAUTH_API_KEY"))
                .doesNotContain(settings.get("GOOGLE_CLIENT_SECRET"));
    }
}
