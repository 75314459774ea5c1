package app.almanac.security;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.settings.AppUrl;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;

class SignInAttemptsTests {

    private static final URI FUSIONAUTH = URI.create("http://localhost:9011");

    private final HttpSessionRequestCache pages = pages();
    private final SignInAttempts attempts = new SignInAttempts(
            pages,
            new FusionAuthSettings(
                    FUSIONAUTH,
                    FUSIONAUTH,
                    FUSIONAUTH.toString(),
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    "secret",
                    "key",
                    FusionAuthSettings.Edition.COMMUNITY),
            new Browser(new AppUrl(URI.create("http://localhost:8080"))),
            Clock.systemUTC());

    /** Otherwise whoever sends a forged Host would lead somebody who signs in away. */
    @Test
    void whereSomebodyReturnsToNeverNamesTheHostThatTheRequestNamed() {
        var asked = new MockHttpServletRequest("GET", "/calendar");
        asked.setServerName("evil.example");
        asked.setQueryString("view=week");
        var response = new MockHttpServletResponse();
        pages.saveRequest(asked, response);
        attempts.saveAuthorizationRequest(
                OAuth2AuthorizationRequest.authorizationCode()
                        .authorizationUri(FUSIONAUTH + "/oauth2/authorize")
                        .clientId("almanac")
                        .state("the-state")
                        .build(),
                asked,
                response);

        var back = new MockHttpServletRequest("GET", "/login/oauth2/code/fusionauth");
        back.setSession(asked.getSession());
        back.setParameter("state", "the-state");
        attempts.removeAuthorizationRequest(back, response);

        assertThat(SignInAttempts.target(back)).contains("/calendar?view=week");
    }

    @SuppressWarnings("NullAway") // as the application has it
    private static HttpSessionRequestCache pages() {
        var pages = new HttpSessionRequestCache();
        pages.setMatchingRequestParameterName(null);
        return pages;
    }
}
