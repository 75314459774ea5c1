package app.almanac.fusionauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.FusionAuthSettings.Edition;
import app.almanac.settings.AppUrl;
import app.almanac.settings.Finding;
import com.github.tomakehurst.wiremock.WireMockServer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sandbox.Sandbox;

/** Each way to set FusionAuth up wrongly is named, with its mend, and hides nothing else. */
class FusionAuthSetupTests {

    private static final String IDP = "a1a2a3a4-0000-4000-8000-000000000003";
    private static final String APPLICATION = "a1a2a3a4-0000-4000-8000-000000000002";
    private static final String GOOD_QUERY = "?access_type=offline&prompt=select_account%20consent";

    private static Sandbox sandbox;

    private String issuer = "";
    private String tenant = "a1a2a3a4-0000-4000-8000-000000000001";
    private String application = APPLICATION;
    private String provider = IDP;
    private String clientSecret = "";
    private String apiKey = "";
    private String internal = "";
    private String browsers = "";
    private String appUrl = "http://localhost:8080";
    private String doctorKey = "";
    private Clock clock = Clock.systemUTC();
    private Edition edition = Edition.COMMUNITY;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:8080"), "community");
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void settings() {
        settingsOf(sandbox);
    }

    private void settingsOf(Sandbox own) {
        internal = Objects.requireNonNull(own.settings().get("FUSIONAUTH_URL"));
        browsers = internal;
        issuer = internal;
        clientSecret = Objects.requireNonNull(own.settings().get("FUSIONAUTH_CLIENT_SECRET"));
        apiKey = Objects.requireNonNull(own.settings().get("FUSIONAUTH_API_KEY"));
    }

    @AfterEach
    void asTheKickstartMadeIt() {
        sandbox.fusionAuth().down(false);
        authorizationEndpoint(GOOD_QUERY);
        provider("{\"enabled\":true,\"debug\":false,\"linkingStrategy\":\"CreatePendingLink\"}");
    }

    @Test
    void nothingIsWrongWithWhatTheKickstartMakes() {
        assertThat(wrong()).isEmpty();
        assertThat(findings())
                .hasAtLeastOneElementOfType(Finding.Well.class)
                .filteredOn(Finding.Unseen.class::isInstance)
                .extracting(Finding::what)
                .satisfiesExactly(
                        keys -> assertThat(keys).contains("RSA key", "with HMAC every sign-in"),
                        record -> assertThat(record).contains("FUSIONAUTH_DOCTOR_KEY"));
    }

    @Test
    void nothingIsWrongWithWhatTheLicensedKickstartMakes() {
        try (var licensed = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:8080"), "licensed")) {
            settingsOf(licensed);
            doctorKey = licensed.bootstrapKey();
            edition = Edition.LICENSED;

            assertThat(wrong()).isEmpty();
        }
    }

    @Test
    void fusionAuthIsDown() {
        sandbox.fusionAuth().down(true);

        assertThat(wrong()).singleElement().asString().contains("does not answer", "FUSIONAUTH_INTERNAL_URL");
    }

    @Test
    void theTenantIsAnother() {
        tenant = UUID.randomUUID().toString();

        assertThat(wrong()).anySatisfy(sentence -> assertThat(sentence).contains("FUSIONAUTH_TENANT_ID"));
    }

    @Test
    void theIssuerDiffersByASlash() {
        issuer = issuer + "/";

        assertThat(wrong()).singleElement().asString().contains("FUSIONAUTH_ISSUER", "to the character");
    }

    /** FusionAuth's default, HMAC, is not in its key set. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"keys\":[]}", "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\"}]}"})
    void noKeyIsRsa(String keys) {
        var fusionAuth = new WireMockServer(wireMockConfig().dynamicPort());
        fusionAuth.start();
        try {
            fusionAuth.stubFor(get("/api/status").willReturn(okJson("{}")));
            fusionAuth.stubFor(get("/.well-known/jwks.json").willReturn(okJson(keys)));
            internal = fusionAuth.baseUrl();

            assertThat(wrong())
                    .anySatisfy(sentence -> assertThat(sentence).contains("have no RSA key", "RS256", "Key Master"));
        } finally {
            fusionAuth.stop();
        }
    }

    @Test
    void theApplicationIsAnother() {
        application = UUID.randomUUID().toString();

        assertThat(wrong()).anySatisfy(sentence -> assertThat(sentence).contains("FUSIONAUTH_APPLICATION_ID"));
    }

    @Test
    void theClientSecretIsWrongAndNotShown() {
        clientSecret = "planted-secret";

        assertThat(wrong())
                .singleElement()
                .asString()
                .contains("FUSIONAUTH_CLIENT_SECRET")
                .doesNotContain("planted");
    }

    @Test
    void theRedirectAddressesAreNotRegistered() {
        appUrl = "https://almanac.example";

        assertThat(wrong())
                .anySatisfy(sentence -> assertThat(sentence)
                        .contains("https://almanac.example/login/oauth2/code/fusionauth", "authorized redirect URLs"))
                .anySatisfy(
                        sentence -> assertThat(sentence).contains("https://almanac.example/accounts/connection/hosted"))
                .anySatisfy(sentence -> assertThat(sentence).contains("https://almanac.example/ "));
    }

    @Test
    void theApiKeyIsWrongAndNotShown() {
        apiKey = "planted-key";

        assertThat(wrong())
                .singleElement()
                .asString()
                .contains("FUSIONAUTH_API_KEY", "not accepted")
                .doesNotContain("planted");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/identity-provider/link, GET",
        "/api/identity-provider/link, POST",
        "/api/identity-provider/link, DELETE",
        "/api/jwt/refresh, DELETE",
        "/api/user, PATCH",
        "/api/user/registration, PUT"
    })
    void theApiKeyLacksARight(String path, String method) {
        try (var own = Sandbox.start(Sandbox.Ports.ANY, URI.create(appUrl), "community")) {
            settingsOf(own);
            own.fusionAuth().withhold(apiKey, path, method);

            assertThat(wrong()).singleElement().asString().contains("lacks the right to " + method + " " + path);
        }
    }

    @Test
    void theApiKeyMayDoEverything() {
        apiKey = sandbox.bootstrapKey();

        assertThat(findings())
                .filteredOn(Finding.Doubtful.class::isInstance)
                .singleElement()
                .asString()
                .contains("more than Almanac needs");
    }

    @ParameterizedTest
    @CsvSource({
        "?prompt=consent, access_type=offline",
        "?access_type=offline, prompt=consent",
        "?access_type=online&prompt=consent, access_type=offline"
    })
    void theAuthorizationEndpointLacksWhatGoogleNeedsForARefreshToken(String query, String named) {
        authorizationEndpoint(query);

        assertThat(wrong()).singleElement().asString().contains("without " + named, "authorization endpoint");
    }

    @Test
    void theIdentityProviderIsAnotherOrSwitchedOff() {
        provider = UUID.randomUUID().toString();
        assertThat(wrong()).singleElement().asString().contains("FUSIONAUTH_GOOGLE_IDP_ID");

        provider = IDP;
        provider("{\"enabled\":false}");
        assertThat(wrong()).singleElement().asString().contains("enabled");
    }

    /** As in a container, where the browsers' address may be nobody's. */
    @Test
    void whereFusionAuthRedirectsBrowsersIsAskedForAtTheAddressThatWeReach() {
        var between = new WireMockServer(wireMockConfig().dynamicPort());
        between.start();
        try {
            between.stubFor(any(anyUrl()).willReturn(aResponse().proxiedFrom(internal)));
            between.stubFor(get(urlPathEqualTo("/oauth2/authorize"))
                    .withQueryParam("idp_hint", equalTo(IDP))
                    .willReturn(temporaryRedirect("http://localhost:1/oauth2/next?a=b")));
            between.stubFor(get("/oauth2/next?a=b")
                    .willReturn(
                            temporaryRedirect("https://accounts.example/" + GOOD_QUERY + "&scope=calendar.readonly")));
            internal = between.baseUrl();
            browsers = "http://localhost:1";

            assertThat(wrong()).isEmpty();
            assertThat(findings())
                    .filteredOn(Finding.Well.class::isInstance)
                    .extracting(Finding::about)
                    .contains("Identity provider");
        } finally {
            between.stop();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"linkingStrategy\":\"LinkByEmail\"}|Pending link",
                "{\"debug\":true}|debug",
                "{\"oauth2\":{\"issuer\":\"https://accounts.google.com\"}}|issuer",
                "{\"applicationConfiguration\":{\"" + APPLICATION + "\":{\"createRegistration\":true}}}|registers"
            })
    void theDoctorsKeySeesTheRestOfTheIdentityProvider(String change, String named) {
        doctorKey = sandbox.bootstrapKey();
        assertThat(wrong()).isEmpty();
        provider(change);

        assertThat(wrong()).singleElement().asString().contains(named);
        provider("{\"oauth2\":{\"issuer\":null},\"applicationConfiguration\":{\"" + APPLICATION
                + "\":{\"createRegistration\":false}}}");
    }

    @Test
    void theDoctorsKeySeesWhatSigningInByGoogleDoes() {
        doctorKey = sandbox.bootstrapKey();
        try {
            signInProvider("{\"oauth2\":{\"client_secret\":\"planted\"}}");
            assertThat(wrong())
                    .singleElement()
                    .asString()
                    .contains("Sign in with Google", "another client secret")
                    .doesNotContain("planted");

            signInProvider("{\"enabled\":false}");
            assertThat(wrong()).isEmpty();
        } finally {
            signInProvider("{\"enabled\":true,\"oauth2\":{\"client_secret\":\""
                    + sandbox.settings().get("GOOGLE_CLIENT_SECRET") + "\"}}");
        }
        assertThat(findings()).noneMatch(Finding.Doubtful.class::isInstance);
        try {
            signInProvider("{\"applicationConfiguration\":{\"" + APPLICATION + "\":{\"createRegistration\":true}}}");
            assertThat(findings())
                    .filteredOn(Finding.Doubtful.class::isInstance)
                    .singleElement()
                    .asString()
                    .contains("Sign in with Google", "invited or not");
        } finally {
            signInProvider("{\"applicationConfiguration\":{\"" + APPLICATION + "\":{\"createRegistration\":false}}}");
        }
    }

    @Test
    void theDoctorsKeyMayNotRead() {
        doctorKey = apiKey;

        assertThat(wrong()).singleElement().asString().contains("FUSIONAUTH_DOCTOR_KEY");
    }

    @Test
    void theClocksDisagree() {
        clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5));

        assertThat(wrong()).singleElement().asString().contains("Clock", "NTP");
    }

    @Test
    void examiningLeavesEverythingAsItWas() {
        var cast = sandbox.fusionAuth().cast();
        var owners = sandbox.fusionAuth().owners();
        doctorKey = sandbox.bootstrapKey();

        findings();

        assertThat(sandbox.fusionAuth().cast()).isEqualTo(cast);
        assertThat(sandbox.fusionAuth().owners()).isEqualTo(owners);
    }

    private static void authorizationEndpoint(String query) {
        provider("{\"oauth2\":{\"authorization_endpoint\":\""
                + sandbox.settings().get("GOOGLE_AUTHORIZATION_URL") + query + "\"}}");
    }

    private static void provider(String json) {
        provider(IDP, json);
    }

    private static void signInProvider(String json) {
        provider("a1a2a3a4-0000-4000-8000-000000000020", json);
    }

    private static void provider(String id, String json) {
        sandbox.fusionAuth().reconfigure("/api/identity-provider/" + id, "{\"identityProvider\":" + json + "}");
    }

    private List<String> wrong() {
        return findings().stream()
                .filter(Finding.Wrong.class::isInstance)
                .map(Finding::toString)
                .toList();
    }

    private List<Finding> findings() {
        var settings = new FusionAuthSettings(
                URI.create(browsers),
                URI.create(internal),
                issuer,
                UUID.fromString(tenant),
                UUID.fromString(application),
                UUID.fromString(provider),
                clientSecret,
                apiKey,
                edition);
        return new FusionAuthSetup(settings, new AppUrl(URI.create(appUrl)), clock, doctorKey).findings();
    }
}
