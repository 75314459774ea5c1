package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sandbox.GoogleStandIn;

/** What a person with three accounts sees while something is slow, down or broken. */
class BadDayTests {

    private static final String HOME = "ana.home@gmail.example";
    private static final String WORK = "ana.work@work.example";

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with();
        link(HOME);
        link(WORK);
    }

    /** An account that failed rests under its refresh token: a new one is read at once. */
    private static void link(String account) {
        var sandbox = world.sandbox();
        sandbox.fusionAuth()
                .link(
                        "ana@example.com",
                        GoogleStandIn.subOf(account),
                        account,
                        sandbox.google().grant(account));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void allIsWell() {
        world.sandbox().google().slow(WORK, Duration.ZERO);
        world.sandbox().google().failing(WORK, 0);
        world.sandbox().google().down(false);
        world.sandbox().fusionAuth().down(false);
        link(WORK);
    }

    @Test
    void aSlowAccountNeverHidesTheOthersAndThePageKeepsItsBudget() {
        var ana = world.signedIn("ana@example.com");
        world.sandbox().google().slow(WORK, Duration.ofSeconds(30));
        var begun = Instant.now();

        ana.get("/calendar?date=2026-01-05");

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(ana.accounts()).containsEntry(HOME, "connected").containsEntry(WORK, "loading");
    }

    @Test
    void whatWasReadBeforeIsShownWithItsTimeWhileGoogleFails() {
        var ana = world.signedIn("ana@example.com").get("/calendar");
        assertThat(ana.page().text()).contains("Dentist", "Stand-up");
        world.sandbox().google().failing(WORK, 503);

        ana.get("/calendar");

        assertThat(ana.accounts()).containsEntry(HOME, "connected").containsEntry(WORK, "unreachable");
        assertThat(ana.page().text()).contains("as of", "Stand-up");
    }

    @Test
    void beingAskedToSlowDownIsNobodysFault() {
        var ana = world.signedIn("ana@example.com");
        world.sandbox().google().failing(WORK, 403);

        assertThat(ana.get("/calendar?date=2026-02-02").accounts()).containsEntry(WORK, "unreachable");
        assertThat(ana.page().select("form[action$=/reconnection]")).isEmpty();
    }

    @Test
    void fusionAuthDownLeavesTheOldEventsAndAsksNobodyToReconnect() {
        var ana = world.signedIn("ana@example.com").get("/calendar");
        world.sandbox().fusionAuth().down(true);

        ana.get("/calendar");

        assertThat(ana.status()).isEqualTo(200);
        assertThat(ana.accounts()).containsEntry(HOME, "unreachable").containsEntry(WORK, "unreachable");
        assertThat(ana.page().text()).contains("Dentist", "as of");
    }

    @Test
    void anExpiredAccessTokenIsRenewedOnceAndNobodyNotices() {
        var ana = world.signedIn("ana@example.com").get("/calendar");
        world.sandbox().google().expireAccessTokens(HOME);
        var before = world.sandbox().google().count("/token");

        assertThat(ana.get("/calendar").accounts()).containsEntry(HOME, "connected");
        assertThat(world.sandbox().google().count("/token")).isEqualTo(before + 1);
    }

    @Test
    void theJsonHasTheMergedEventsOfAllAccounts() {
        var from = Instant.now().minus(Duration.ofDays(1));
        var ana = world.signedIn("ana@example.com")
                .get("/api/events?from=" + from + "&to=" + from.plus(Duration.ofDays(10)));

        assertThat(ana.status()).isEqualTo(200);
        assertThat(ana.page().text())
                .contains("\"title\":\"Dentist\"", "\"conflictsWith\":[\"", "\"state\":\"connected\"")
                .contains("\"allDay\":true")
                .doesNotContain("ya29.", "1//");
    }

    @Test
    void anotherPersonSeesNothingOfIt() {
        var ben = world.signedIn("ben@example.com").get("/calendar");

        assertThat(ben.accounts()).isEmpty();
        assertThat(ben.page().text()).doesNotContain("Dentist", HOME);
    }

    @Test
    void postgresqlDownIsACalm503WithinTheBudgetAsWellGuardedAsAnyPage() throws Exception {
        try (var other = World.withItsOwnDatabase()) {
            var ana = other.signedIn("ana@example.com");
            other.sandbox().database().close();
            var begun = Instant.now();

            ana.get("/calendar");

            assertThat(ana.status()).isEqualTo(503);
            assertThat(ana.page().select("h1").text()).isNotBlank();
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
            hasItsHeaders(ana);
            var invitation = other.url().resolve("/join/7k3m9x2pq4tzwb0n");
            try (var http = HttpClient.newHttpClient()) {
                var answer =
                        http.send(HttpRequest.newBuilder(invitation).build(), HttpResponse.BodyHandlers.discarding());
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().allValues("X-Robots-Tag")).containsExactly("noindex, nofollow");
                assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
            }
        }
    }

    @Test
    void noPageLetsItselfBeFramedOrSniffedOrNamesItselfToOthers() {
        var ana = world.signedIn("ana@example.com");
        hasItsHeaders(world.visitor().get("/"));
        hasItsHeaders(ana.get("/calendar"));
    }

    private static void hasItsHeaders(Visitor visitor) {
        assertThat(visitor.header("Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe");
        assertThat(visitor.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(visitor.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(visitor.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    }

    @Test
    void overHttpsCookiesAreHostCookiesAndTransportSecurityIsSent() throws Exception {
        try (var secure = World.with("APP_URL", "https://almanac.example");
                var http = HttpClient.newHttpClient()) {
            var response = http.send(
                    HttpRequest.newBuilder(secure.url().resolve("/login")).build(),
                    HttpResponse.BodyHandlers.discarding());

            assertThat(response.headers().allValues("Set-Cookie"))
                    .anyMatch(cookie -> cookie.startsWith("__Host-almanac="))
                    .allSatisfy(cookie -> assertThat(cookie)
                            .startsWith("__Host-")
                            .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/"));
            assertThat(response.headers().firstValue("Strict-Transport-Security"))
                    .isPresent();
            assertThat(response.headers().firstValue("Location").orElseThrow())
                    .contains("redirect_uri=https://almanac.example/login/oauth2/code/fusionauth");
        }
    }
}
