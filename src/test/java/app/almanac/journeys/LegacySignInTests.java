package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People of an older user store, who come over at their first sign-in. */
class LegacySignInTests {

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("FUSIONAUTH_EDITION", "licensed");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"olga@old.example", "+493090182010", "oskar", "odile"})
    void whoeverHasAGoodHashIsInWithTheirOldPasswordWithOrWithoutAnAddress(String login) {
        var member = in(login);

        assertThat(member.at().getPath()).isEqualTo("/calendar");
        assertThat(member.page().select("form[action$=/logout]")).hasSize(1);
    }

    @Test
    void whoeverHasAFastHashChoosesANewPasswordFirst() {
        var otto = in("otto");
        assertThat(otto.page().title()).contains("Change your password");

        otto.submit(otto.form("/oauth2/authorize"), Map.of("newPassword", "a new password"));

        assertThat(otto.at().getPath()).isEqualTo("/calendar");
        assertThat(signedIn("otto").at().getPath()).isEqualTo("/oauth2/authorize");
    }

    @ParameterizedTest
    @ValueSource(strings = {"omar@old.example", "family@old.example", "nobody@old.example", "' OR '1'='1"})
    void whoeverIsDisabledTwoPeopleOrNobodyIsNotIn(String login) {
        assertThat(signedIn(login).page().select("[role=alert]").text()).contains("wrong password");
    }

    @Test
    void fusionAuthSeesNoDifferenceBetweenThoseWhoAreRefused() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answers = new ArrayList<HttpResponse<String>>();
            for (var login : List.of("nobody@old.example", "ottilie", "omar@old.example", "family@old.example")) {
                answers.add(Wait.until(
                        () -> http.send(guess(login), BodyHandlers.ofString()), answer -> answer.statusCode() != 503));
            }

            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(404);
            assertThat(answers).extracting(HttpResponse::body).containsOnly("{\"status\":404,\"title\":\"Not Found\"}");
            assertThat(answers)
                    .extracting(answer -> named(answer.headers()))
                    .containsOnly(named(answers.getFirst().headers()));
            assertThat(answers.getFirst().headers().map())
                    .containsKeys("content-security-policy", "x-content-type-options");
        }
    }

    private static HttpRequest guess(String login) {
        var settings = world.sandbox().settings();
        var credentials = settings.get("CONNECTOR_USERNAME") + ":" + settings.get("CONNECTOR_PASSWORD");
        var body = """
                {"loginId": "%s", "password": "mistaken", "eventInfo": {"ipAddress": "198.51.100.9"}}""".formatted(login);
        return HttpRequest.newBuilder(world.url().resolve("/fusionauth/connector"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** But those that differ from answer to answer. */
    private static Map<String, List<String>> named(HttpHeaders headers) {
        var named = new TreeMap<>(headers.map());
        named.keySet().removeAll(Set.of("date", "x-request-id"));
        return named;
    }

    @Test
    void onceOverNobodyIsAskedThereAgain() {
        in("olaf");
        world.sandbox().legacy().down(true);
        try {
            assertThat(signedIn("olaf").at().getPath()).isEqualTo("/calendar");
            assertThat(signedIn("ottilie").at().getPath()).isEqualTo("/oauth2/authorize");
            assertThat(signedIn("ana@example.com").at().getPath()).isEqualTo("/calendar");
        } finally {
            world.sandbox().legacy().down(false);
        }
    }

    /** Also where FusionAuth registers whoever signs in: being in the old store is the invitation. */
    @Test
    void whoCameFromTheOldStoreMayComeAgain() {
        var fusionAuth = world.sandbox().fusionAuth();
        in("olga@old.example");
        fusionAuth.registersWhoSignsIn(true);
        try {
            fusionAuth.unregister("olga@old.example");
            Wait.until(() -> signedIn("olga@old.example").at().getPath().equals("/calendar"));
            assertThat(signedIn("nora@example.com").page().text()).contains("[WebhookTransactionException]");
        } finally {
            fusionAuth.registersWhoSignsIn(false);
        }
    }

    @Test
    void nobodyGetsARoleFromTheOldStore() {
        assertThat(in("olga@old.example").get("/migration").status()).isEqualTo(403);
    }

    @Test
    void administratorsSeeWhoCameOverAndWhoFailedByMaskedNames() {
        in("oskar");
        var mistaken = world.visitor().get("/login");
        mistaken.submit(
                mistaken.form("/oauth2/authorize"), Map.of("loginId", "oskar2@old.example", "password", "mistaken"));

        var ada = world.signedIn("ada@admin.example").get("/calendar");
        assertThat(ada.page().select("a[href=/migration]")).hasSize(1);
        Wait.until(
                () -> ada.get("/migration")
                        .page()
                        .select("[data-reason=unknown]")
                        .text(),
                unknown -> unknown.contains("os•••@old.example"));

        assertThat(ada.status()).isEqualTo(200);
        assertThat(ada.page().select("[data-store]").attr("data-store")).isEqualTo("answers");
        assertThat(Integer.parseInt(ada.page().select("[data-people]").attr("data-people")))
                .isPositive();
        assertThat(ada.page().select("[data-day]")).hasSize(1);
        assertThat(ada.page().text()).doesNotContain("oskar");

        assertThat(world.signedIn("ana@example.com").page().select("a[href=/migration]"))
                .isEmpty();
        assertThat(world.visitor().get("/migration").at().getPath()).isEqualTo("/oauth2/authorize");
    }

    private static Visitor in(String login) {
        return world.signedInFromTheOldStore(login);
    }

    private static Visitor signedIn(String login) {
        return world.signedIn(login);
    }
}
