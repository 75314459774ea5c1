package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import sandbox.GoogleStandIn;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator can see of a day with faults: metrics, and logs as the container writes them. Nothing of it is personal. */
@ExtendWith(OutputCaptureExtension.class)
class ObservingTests {

    private static final String HOME = "ana.home@gmail.example";
    private static final String WORK = "ana.work@work.example";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static World world;

    @BeforeAll
    static void aDayWithFaults() {
        world = World.with("logging.structured.format.console", "ecs", "CALENDAR_BUDGET", "PT0.7S");
        var google = world.sandbox().google();
        for (var email : new String[] {HOME, WORK}) {
            world.sandbox()
                    .fusionAuth()
                    .link("ana@example.com", GoogleStandIn.subOf(email), email, google.grant(email));
        }
    }

    @AfterAll
    static void stop() {
        world.close();
        System.clearProperty("CONSOLE_LOG_STRUCTURED_FORMAT"); // Boot leaves it to every later start in this JVM
    }

    @Test
    void metricsTellWhatUpstreamsAnsweredAndWhatPagesShowed() throws Exception {
        var google = world.sandbox().google();
        var ana = world.signedIn("ana@example.com").get("/calendar").get("/accounts");
        google.failing(WORK, 429);
        ana.get("/calendar?date=2026-03-02");
        google.failing(WORK, 0);
        google.slow(HOME, Duration.ofSeconds(20)); // the other account rests after its refusal
        ana.get("/calendar?date=2026-04-06");
        google.slow(HOME, Duration.ZERO);
        world.sandbox().fusionAuth().down(true);
        ana.get("/accounts");
        world.sandbox().fusionAuth().down(false);

        var metrics = get(world.managementUrl().resolve("/actuator/prometheus")).body();

        assertThat(metrics.lines())
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "google", "\"events\"", "\"ok\""))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "google", "calendar list", "busy"))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "google", "refresh token", "\"ok\""))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "fusionauth", "links", "\"ok\""))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "fusionauth", "links", "no-answer"))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "fusionauth", "code for tokens"))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_count", "fusionauth", "signing keys"))
                .anyMatch(line -> isCounted(line, "upstream_calls_seconds_bucket", "le=\"0.25\""))
                .anyMatch(line -> isCounted(line, "google_refreshes_total", "allowed"))
                .anyMatch(line -> isCounted(line, "accounts_shown_total", "\"calendar\"", "\"connected\""))
                .anyMatch(line -> isCounted(line, "accounts_shown_total", "\"calendar\"", "google-busy"))
                .anyMatch(line -> isCounted(line, "accounts_shown_total", "\"accounts\"", "fusionauth-down"))
                .anyMatch(line -> isCounted(line, "page_overruns_total", "\"calendar\""));
        assertThatNothingIsPersonalIn(metrics);
    }

    @Test
    void everyAnswerNamesItsRequestAndAProxysNameIsKept() throws Exception {
        assertThat(idOf(world.url(), null)).matches("[0-9a-f-]{36}").isNotEqualTo(idOf(world.url(), null));
        assertThat(idOf(world.url(), "0123456789abcdef")).isEqualTo("0123456789abcdef");
        assertThat(idOf(world.url(), "short")).isNotEqualTo("short");
        assertThat(idOf(world.url(), "with spaces and \"quotes\"")).matches("[0-9a-f-]{36}");
    }

    @Test
    void whatIsLoggedForARequestCarriesItsNameAlsoFromOtherThreads(CapturedOutput output) throws Exception {
        var google = world.sandbox().google();
        var ana = world.signedIn("ana@example.com");
        google.down(true);
        // What is still read for an earlier page may fail first, and then rests.
        var readingGoogle = new HashSet<String>();
        Wait.until(() -> {
            world.clock().forward(Duration.ofSeconds(31));
            readingGoogle.add(ana.get("/calendar?date=2026-05-04").header("X-Request-Id"));
            return jsonLines(output).stream().anyMatch(line -> isAbout("Google's .*", line, readingGoogle));
        });
        google.down(false);
        world.sandbox().fusionAuth().down(true);
        world.clock().forward(Duration.ofSeconds(61)); // FusionAuth is asked anew how ana stands
        ana.get("/accounts");
        var readingFusionAuth = ana.header("X-Request-Id");
        world.sandbox().fusionAuth().down(false);
        ana.get("/login/oauth2/code/fusionauth?code=planted-code&state=planted-state");
        ana.get("/calendar?date=planted-date");

        var lines = jsonLines(output);
        var silence = "FusionAuth did not answer for (a user|refresh tokens): .*"; // which is asked in other threads
        assertThat(lines).anyMatch(line -> isAbout(silence, line, Set.of(readingFusionAuth)));
        var warning = lines.stream()
                .filter(line -> isAbout("Google's .*", line, readingGoogle))
                .findFirst()
                .orElseThrow();
        assertThat(warning.path("@timestamp").asString("")).isNotEmpty();
        assertThat(warning.path("service").path("name").asString("")).isEqualTo("almanac");
        assertThatNothingIsPersonalIn(output.getOut());
        assertThat(output.getOut()).doesNotContain("planted");
    }

    @Test
    void healthTellsWhatTheDoctorFoundAndPeersNeverTakeAlmanacAway() throws Exception {
        try (var other = World.withItsOwnDatabase()) {
            other.sandbox()
                    .fusionAuth()
                    .reconfigure(
                            "/api/application/a1a2a3a4-0000-4000-8000-000000000002",
                            "{\"application\":{\"oauthConfiguration\":{\"clientSecret\":\"planted\"}}}");
            var health = Wait.until(
                    () -> get(other.managementUrl().resolve("/actuator/health")),
                    answer -> answer.body().contains("ATTENTION"));
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(health.body()).at("/components/setup").toString())
                    .contains("ATTENTION", "FUSIONAUTH_CLIENT_SECRET", "Mend:")
                    .doesNotContain("planted");
            assertThat(get(other.managementUrl().resolve("/actuator/health/setup"))
                            .statusCode())
                    .isEqualTo(503);

            other.sandbox().fusionAuth().down(true);
            other.sandbox().google().down(true);
            other.sandbox().database().close();

            for (var probe : List.of("liveness", "readiness")) {
                assertThat(get(other.managementUrl().resolve("/actuator/health/" + probe))
                                .statusCode())
                        .as(probe)
                        .isEqualTo(200);
            }
        }
    }

    private static boolean isCounted(String line, String name, String... tags) {
        return line.startsWith("almanac_" + name + "{")
                && !line.endsWith(" 0.0")
                && List.of(tags).stream().allMatch(line::contains);
    }

    /** Neither addresses, names, ids of people or accounts, nor anything secret. */
    private static void assertThatNothingIsPersonalIn(String text) {
        assertThat(text).isNotEmpty().doesNotContain("@example.com", "@gmail", "@work.example", "Alvarez", "Dentist");
        assertThat(text)
                .doesNotContain(
                        world.sandbox().fusionAuth().idOf("ana@example.com").toString(),
                        GoogleStandIn.subOf(HOME),
                        GoogleStandIn.subOf(WORK))
                .doesNotContain("ya29.", "1//", "eyJ");
        world.sandbox().settings().forEach((name, value) -> {
            if (name.matches(".*(SECRET|KEY|TOKEN)")) {
                assertThat(text).as(name).doesNotContain(value);
            }
        });
    }

    private static boolean isAbout(String message, JsonNode line, Set<String> requests) {
        return line.path("message").asString("").matches(message)
                && requests.contains(line.path("requestId").asString(""));
    }

    private static List<JsonNode> jsonLines(CapturedOutput output) {
        return output.getOut()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> JSON.readTree(line))
                .toList();
    }

    private static String idOf(URI address, @org.jspecify.annotations.Nullable String given)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address);
        if (given != null) {
            request.header("X-Request-Id", given);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("X-Request-Id")
                .orElseThrow();
    }

    private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
