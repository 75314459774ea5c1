package app.almanac.google;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.settings.AppUrl;
import app.almanac.settings.Finding;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor can tell of an OAuth client at Google without anybody's consent. */
class GoogleSetupTests {

    @RegisterExtension
    static final WireMockExtension google = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private String clientId = "client";
    private Clock clock = Clock.systemUTC();

    @BeforeEach
    void allIsWell() {
        tokenEndpoint(400, "{\"error\":\"invalid_grant\"}");
        google.stubFor(get("/keys").willReturn(okJson("{\"keys\":[]}")));
        google.stubFor(get(urlPathEqualTo("/auth"))
                .willReturn(aResponse().withStatus(302).withHeader("Location", "/v3/signin/identifier?continue=x")));
    }

    @Test
    void aClientThatGoogleAcceptsIsWell() {
        assertThat(wrong()).isEmpty();
        assertThat(findings()).extracting(Finding::what).anyMatch(what -> what.contains("/oauth2/callback"));
    }

    @ParameterizedTest
    @CsvSource({"401, invalid_client", "401, deleted_client", "400, unauthorized_client"})
    void theClientIsRefused(int status, String error) {
        tokenEndpoint(status, "{\"error\":\"" + error + "\"}");

        assertThat(wrong())
                .singleElement()
                .asString()
                .contains("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET")
                .doesNotContain("planted");
    }

    @ParameterizedTest
    @CsvSource({"302, /signin/oauth/error?authError=abc", "400, ''"})
    void theRedirectAddressesAreNotRegistered(int status, String location) {
        google.stubFor(get(urlPathEqualTo("/auth"))
                .willReturn(aResponse().withStatus(status).withHeader("Location", location)));

        assertThat(wrong())
                .anySatisfy(sentence -> assertThat(sentence).contains("http://localhost:9011/oauth2/callback"))
                .anySatisfy(sentence ->
                        assertThat(sentence).contains("https://almanac.example/accounts/connection/direct"));
    }

    @Test
    void thePlaceholderOfTheExampleIsNoClient() {
        clientId = "to-be-made.apps.googleusercontent.com";

        assertThat(wrong()).singleElement().asString().contains("placeholder", "/accounts/connection/direct");
    }

    @Test
    void theClocksDisagree() {
        google.stubFor(post("/token")
                .willReturn(aResponse()
                        .withStatus(400)
                        .withHeader("Date", "Tue, 24 Nov 2026 12:00:00 GMT")
                        .withBody("{\"error\":\"invalid_grant\"}")));
        clock = Clock.fixed(Instant.parse("2026-11-24T12:02:00Z"), ZoneOffset.UTC);

        assertThat(wrong()).singleElement().asString().contains("120 seconds", "NTP");
    }

    @Test
    void aFaultOfGooglesIsNotTheOperators() {
        tokenEndpoint(503, "<html>busy</html>");

        assertThat(wrong()).isEmpty();
    }

    private void tokenEndpoint(int status, String body) {
        google.stubFor(post("/token").willReturn(aResponse().withStatus(status).withBody(body)));
    }

    private List<String> wrong() {
        return findings().stream()
                .filter(Finding.Wrong.class::isInstance)
                .map(Finding::toString)
                .toList();
    }

    private List<Finding> findings() {
        var at = google.baseUrl();
        var settings = new GoogleSettings(
                clientId,
                "planted-secret",
                URI.create(at + "/auth"),
                URI.create(at + "/token"),
                URI.create(at + "/revoke"),
                URI.create(at + "/keys"),
                at,
                URI.create(at));
        return new GoogleSetup(settings, new AppUrl(URI.create("https://almanac.example")), clock)
                .findings(URI.create("http://localhost:9011"));
    }
}
