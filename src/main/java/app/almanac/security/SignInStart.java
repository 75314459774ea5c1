package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.FusionAuthSettings.Edition;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;

/**
 * {@code GET /login} goes straight to FusionAuth's authorize page: code flow with PKCE S256, state and nonce, the tenant,
 * and "keep me signed in". A second try after a lost attempt is marked in its state, so that there is no third. In the
 * licensed edition {@code GET /join/{code}/registration} goes to FusionAuth's registration page in the same way.
 */
@Component
class SignInStart implements OAuth2AuthorizationRequestResolver {

    static final String PATH = "/login";
    static final String AGAIN = "again";
    private static final String SECOND_TRY = "~2";
    private static final Pattern REGISTRATION = Pattern.compile("/join/([^/]+)/registration");

    private final DefaultOAuth2AuthorizationRequestResolver requests;
    private final FusionAuthSettings settings;

    SignInStart(ClientRegistrationRepository registrations, FusionAuthSettings settings) {
        this.settings = settings;
        requests = new DefaultOAuth2AuthorizationRequestResolver(registrations, "/unused");
        requests.setAuthorizationRequestCustomizer(request -> request.additionalParameters(
                Map.of("tenantId", settings.tenantId().toString(), "rememberDevice", "true")));
    }

    static boolean isSecondTry(@Nullable String state) {
        return state != null && state.endsWith(SECOND_TRY);
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
        var invitation = REGISTRATION.matcher(request.getServletPath());
        var registers = invitation.matches() && settings.edition() == Edition.LICENSED;
        if (!"GET".equals(request.getMethod()) || !(registers || PATH.equals(request.getServletPath()))) {
            return null;
        }
        var resolved = requests.resolve(request, Registrations.SIGN_IN);
        if (resolved != null && registers) {
            return registering(resolved, invitation.group(1));
        }
        var authorization = resolved != null && FreshSignIn.isDemanded(request) ? asking(resolved) : resolved;
        if (authorization == null || request.getParameter(AGAIN) == null) {
            return authorization;
        }
        return OAuth2AuthorizationRequest.from(authorization)
                .state(authorization.getState() + SECOND_TRY)
                .authorizationRequestUri(uri -> uri.replaceQueryParam("state", authorization.getState() + SECOND_TRY)
                        .build())
                .build();
    }

    /** Whoever is there proves who they are, whatever single sign-on session the browser has. */
    private static OAuth2AuthorizationRequest asking(OAuth2AuthorizationRequest authorization) {
        return OAuth2AuthorizationRequest.from(authorization)
                .additionalParameters(parameters -> parameters.put("prompt", "login"))
                .build();
    }

    /** The code goes along twice: as FusionAuth may bind it to the form, and as the theme's page reads it. */
    private OAuth2AuthorizationRequest registering(OAuth2AuthorizationRequest authorization, String code) {
        var encoded = UriUtils.encode(code, StandardCharsets.UTF_8);
        return OAuth2AuthorizationRequest.from(authorization)
                .authorizationRequestUri(
                        uri -> uri.replacePath(settings.registerUrl().getRawPath())
                                .queryParam("user.data.inviteCode", encoded)
                                .queryParam("invite", encoded)
                                .build())
                .build();
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String registration) {
        return resolve(request);
    }
}
