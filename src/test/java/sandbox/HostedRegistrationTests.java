package sandbox;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** FusionAuth's registration page as the licensed kickstart makes it, with something else in Almanac's place. */
class HostedRegistrationTests {

    private static final String RESERVATIONS = "/fusionauth/invitations/reservations";
    private static final String CODE = InvitationLambdaTests.GOOD;

    private static WireMockServer almanac;
    private static Sandbox sandbox;

    private final HttpClient browser = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        almanac = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        almanac.start();
        sandbox = Sandbox.start(
                Sandbox.Ports.ANY, URI.create(almanac.baseUrl()), Map.of("FUSIONAUTH_EDITION", "licensed"));
    }

    @AfterAll
    static void stop() {
        sandbox.close();
        almanac.stop();
    }

    @BeforeEach
    void forget() {
        almanac.resetAll();
        almanac.stubFor(post(urlEqualTo("/fusionauth/events")).willReturn(okJson("{}")));
        sandbox.fusionAuth().registrationBindsQuery(false);
    }

    @Test
    void thePageHasTheFormOfTheKickstartAndTakesTheInvitationFromTheLink() throws Exception {
        var page = open(Map.of("invite", CODE));

        assertThat(page.select("[name=user.email], [name=user.password], [name=user.fullName]"))
                .hasSize(3);
        assertThat(page.expectFirst("#user_data_inviteCode").attr("type")).isEqualTo("text");
        assertThat(page.expectFirst("[name=user.data.inviterEmail]").attr("type"))
                .isEqualTo("hidden");
        assertThat(page.expectFirst("label[for=user_data_inviteCode]").text()).isEqualTo("Invitation code");
        assertThat(page.expectFirst("head script").data()).contains("sessionStorage", "'invite'");
        assertThat(page.select("meta[name=referrer]").eachAttr("content")).endsWith("no-referrer");
        assertThat(page.select("meta[name=robots]").eachAttr("content")).endsWith("noindex");
    }

    @Test
    void whereTheAddressFillsTheFormTheCodeIsHiddenWithoutAnyScript() throws Exception {
        sandbox.fusionAuth().registrationBindsQuery(true);

        var page = open(Map.of("user.data.inviteCode", CODE));

        assertThat(page.expectFirst("[name=user.data.inviteCode]").attr("type")).isEqualTo("hidden");
        assertThat(page.expectFirst("[name=user.data.inviteCode]").val()).isEqualTo(CODE);
        assertThat(page.expectFirst("#invitation-filled-in").hasAttr("hidden")).isFalse();
    }

    @Test
    void withAlmanacsYesSomebodyIsRegisteredAndGoesBackWithACode() throws Exception {
        for (var isFifth : new boolean[] {true, false}) {
            sandbox.fusionAuth().lambdaContextIsFifth(isFifth);
            almanac.stubFor(post(urlEqualTo(RESERVATIONS)).willReturn(okJson("{\"valid\":true}")));
            var email = "newcomer-" + isFifth + "@example.com";

            var answer = submit(Map.of(), email, CODE);

            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(answer.headers().firstValue("Location").orElseThrow())
                    .startsWith(almanac.baseUrl() + "/login/oauth2/code/fusionauth?code=")
                    .contains("state=a-state", "userState=Authenticated")
                    .doesNotContain(CODE, "example.com");
            assertThat(sandbox.fusionAuth().cast()).contains(email);
            almanac.verify(postRequestedFor(urlEqualTo(RESERVATIONS))
                    .withHeader(
                            "Authorization",
                            com.github.tomakehurst.wiremock.client.WireMock.equalTo(
                                    "Bearer " + sandbox.settings().get("LAMBDA_TOKEN")))
                    .withRequestBody(matchingJsonPath(
                            "$.email", com.github.tomakehurst.wiremock.client.WireMock.equalTo(email))));
        }
    }

    @Test
    void aRefusedCodeIsShownAgainWithItsReasonAndMakesNobody() throws Exception {
        almanac.stubFor(post(urlEqualTo(RESERVATIONS))
                .willReturn(okJson("{\"valid\":false,\"code\":\"[invalid]user.data.inviteCode\",\"message\":\"no\"}")));

        var page = Jsoup.parse(submit(Map.of(), "refused@example.com", CODE).body());

        assertThat(page.expectFirst("#user_data_inviteCode").val()).isEqualTo(CODE);
        assertThat(page.text()).contains("This invitation cannot be used. Ask for a new one.");
        assertThat(page.expectFirst("[name=user.email]").val()).isEqualTo("refused@example.com");
        assertThat(page.expectFirst("[name=user.password]").val()).isEmpty();
        assertThat(page.expectFirst("[name=state]").val()).isEqualTo("a-state");
        assertThat(sandbox.fusionAuth().cast()).doesNotContain("refused@example.com");
    }

    @Test
    void whoComesStraightToFusionAuthIsToldThatACodeIsNeeded() throws Exception {
        var page = Jsoup.parse(submit(Map.of(), "direct@example.com", "").body());

        assertThat(page.text()).contains("Almanac is by invitation.");
        assertThat(sandbox.fusionAuth().cast()).doesNotContain("direct@example.com");
    }

    @Test
    void whileAlmanacFailsNobodyRegistersForItAndEverythingOfOthersGoesOn() throws Exception {
        sandbox.fusionAuth().punctual(true);
        for (var failing : new com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder[] {
            aResponse().withStatus(503),
            aResponse().withFault(com.github.tomakehurst.wiremock.http.Fault.CONNECTION_RESET_BY_PEER),
            okJson("{\"valid\":true}").withFixedDelay(3000)
        }) {
            almanac.stubFor(post(urlEqualTo(RESERVATIONS)).willReturn(failing));

            var page = Jsoup.parse(submit(Map.of(), "bad-day@example.com", CODE).body());

            assertThat(page.expectFirst("[role=alert]").text())
                    .isEqualTo("Invitations cannot be checked right now. Try again in a minute.");
        }
        sandbox.fusionAuth().punctual(false);
        assertThat(sandbox.fusionAuth().cast()).doesNotContain("bad-day@example.com");
    }

    @Test
    void communityLetsNobodyRegisterAtFusionAuth() throws Exception {
        try (var community = Sandbox.start(Sandbox.Ports.ANY, URI.create(almanac.baseUrl()), "community")) {
            var answer = browser.send(
                    HttpRequest.newBuilder(Exchange.with(community.fusionAuth().url() + "/oauth2/register", request()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(403);
        }
    }

    private Document open(Map<String, String> more) throws IOException, InterruptedException {
        var parameters = request();
        parameters.putAll(more);
        return Jsoup.parse(browser.send(
                        HttpRequest.newBuilder(
                                        Exchange.with(sandbox.fusionAuth().url() + "/oauth2/register", parameters))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private HttpResponse<String> submit(Map<String, String> more, String email, String code)
            throws IOException, InterruptedException {
        var form = request();
        form.put("user.email", email);
        form.put("user.password", "a long password");
        form.put("user.fullName", "Nora Newcomer");
        form.put("user.data.inviteCode", code);
        form.putAll(more);
        return browser.send(
                HttpRequest.newBuilder(URI.create(sandbox.fusionAuth().url() + "/oauth2/register"))
                        .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                                .map(field -> field.getKey() + "="
                                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Map<String, String> request() {
        var request = new LinkedHashMap<String, String>();
        request.put("client_id", "a1a2a3a4-0000-4000-8000-000000000002");
        request.put("redirect_uri", almanac.baseUrl() + "/login/oauth2/code/fusionauth");
        request.put("response_type", "code");
        request.put("scope", "openid");
        request.put("state", "a-state");
        request.put("code_challenge", "a-challenge");
        request.put("code_challenge_method", "S256");
        return request;
    }
}
