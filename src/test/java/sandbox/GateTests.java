package sandbox;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** gate/default.conf.template, run by a real nginx: on the path, or where NGINX says it is. */
@EnabledIf("sandbox.Nginx#isHere")
class GateTests {

    private static final String EVENTS = "/fusionauth/events";
    private static final String OURS = event("a1a2a3a4-0000-4000-8000-000000000002", "");
    private static final String THEIRS = event("f0000000-0000-4000-8000-000000000002", "");

    private final WireMockServer almanac =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private final HttpClient fusionAuth = HttpClient.newHttpClient();
    private Nginx gate;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        almanac.start();
        gate = Nginx.gate(URI.create(almanac.baseUrl()), directory);
        askAlmanacOnce();
    }

    /** A first answer may take longer than the gate waits. */
    private void askAlmanacOnce() {
        var here =
                HttpRequest.newBuilder(URI.create(almanac.baseUrl() + EVENTS)).POST(BodyPublishers.ofString(OURS));
        assertThat(fusionAuth
                        .sendAsync(here.build(), HttpResponse.BodyHandlers.discarding())
                        .join()
                        .statusCode())
                .isEqualTo(404);
    }

    @AfterEach
    void stop() {
        gate.close();
        almanac.stop();
    }

    @Test
    void almanacsYesAndItsNoAreHandedOnAndSoIsEverythingThatItChecks() throws Exception {
        for (var status : new int[] {200, 204, 409}) {
            almanac.stubFor(post(urlEqualTo(EVENTS)).willReturn(aResponse().withStatus(status)));
            assertThat(send(OURS)).as("ours").isEqualTo(status);
            assertThat(send(THEIRS)).as("theirs").isEqualTo(status);
        }
        almanac.verify(postRequestedFor(urlEqualTo(EVENTS))
                .withHeader("X-Hook-Token", equalTo("a-token"))
                .withHeader("X-FusionAuth-Signature-JWT", equalTo("a-signature"))
                .withRequestBody(com.github.tomakehurst.wiremock.client.WireMock.equalTo(OURS)));
    }

    /** A token that differs, a door that is not set up, a body that is too large: nobody else is to suffer by that. */
    @Test
    void whatElseAlmanacAnswersRefusesOnlyWhatIsItsOwn() throws Exception {
        for (var status : new int[] {
            302, 400, 401, 402, 403, 404, 405, 410, 412, 413, 414, 416, 417, 421, 422, 429, 431, 500, 501, 503, 505
        }) {
            almanac.stubFor(post(urlEqualTo(EVENTS)).willReturn(aResponse().withStatus(status)));
            assertThat(send(THEIRS)).as("theirs, %d", status).isEqualTo(204);
            assertThat(send(OURS)).as("ours, %d", status).isEqualTo(503);
        }
    }

    @Test
    void whileAlmanacIsDownOnlyWhatIsItsOwnIsRefused() throws Exception {
        almanac.stop();

        assertThat(send(THEIRS)).isEqualTo(204);
        assertThat(send("{\"event\":{\"type\":\"user.create\"}}")).isEqualTo(204);
        assertThat(send(event("f0000000-0000-4000-8000-000000000002", "x".repeat(1_000_000))))
                .isEqualTo(204);
        assertThat(send(OURS)).isEqualTo(503);
        assertThat(send(OURS.replace("\":\"", "\" : \""))).isEqualTo(503);
        assertThat(send(event("a1a2a3a4-0000-4000-8000-000000000002", "x".repeat(1_000_000))))
                .isEqualTo(503);
        assertThat(send(event("f0000000-0000-4000-8000-000000000002", "x".repeat(20_000_000))))
                .isEqualTo(204);
    }

    @Test
    void whatIsItsOwnIsWhatFusionauthApplicationIdSays() throws Exception {
        gate.close();
        almanac.stop();
        gate = Nginx.gate(
                URI.create("http://127.0.0.1:" + Sandbox.freePort()),
                "0B0D0000-0000-4000-8000-00000000000A",
                directory);

        assertThat(send(event("0b0d0000-0000-4000-8000-00000000000a", ""))).isEqualTo(503);
        assertThat(send(OURS)).isEqualTo(204);
    }

    /** Else every event would pass while Almanac is down, its own too. */
    @Test
    void whereNobodyFilledInTheApplicationItDoesNotStart() {
        assertThatIllegalStateException().isThrownBy(() -> Nginx.bareGate(directory));
    }

    @Test
    void aSilentResolverKeepsNobodyElseForLong() throws Exception {
        gate.close();
        try (var resolver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            gate = Nginx.gateResolvingAt(resolver.getLocalPort(), directory);
            var begun = Instant.now();
            assertThat(send(THEIRS)).isEqualTo(204);
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
            assertThat(send(OURS)).isEqualTo(503);
        }
    }

    @Test
    void whileAlmanacFailsOrHangsNobodyElseIsRefusedOrKeptForLong() throws Exception {
        almanac.stubFor(post(urlEqualTo(EVENTS)).willReturn(aResponse().withStatus(500)));
        assertThat(send(THEIRS)).isEqualTo(204);
        assertThat(send(OURS)).isEqualTo(503);

        almanac.stubFor(post(urlEqualTo(EVENTS)).willReturn(ok().withFixedDelay(30_000)));
        var begun = Instant.now();
        assertThat(send(THEIRS)).isEqualTo(204);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(send(OURS)).isEqualTo(503);
    }

    private int send(String body) throws Exception {
        return fusionAuth
                .send(
                        HttpRequest.newBuilder(gate.url().resolve(EVENTS))
                                .header("Content-Type", "application/json")
                                .header("X-Hook-Token", "a-token")
                                .header("X-FusionAuth-Signature-JWT", "a-signature")
                                .timeout(Duration.ofMinutes(1))
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String event(String application, String data) {
        return "{\"event\":{\"type\":\"user.registration.create\",\"applicationId\":\"%s\",\"user\":{\"data\":{\"x\":\"%s\"}}}}"
                .formatted(application, data);
    }
}
