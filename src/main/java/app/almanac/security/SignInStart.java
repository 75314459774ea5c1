package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.stereotype.Component;

/**
 * {@code GET /login} goes straight to FusionAuth's authorize page: code flow with PKCE S256, state and nonce, the tenant,
 * and "keep me signed in". A second try after a lost attempt is marked in its state, so that there is no third.
 */
@Component
class SignInStart implements OAuth2AuthorizationRequestResolver {

    static final String PATH = "/login";
    static final String AGAIN = "again";
    private static final String SECOND_TRY = "~2";

    private final DefaultOAuth2AuthorizationRequestResolver requests;

    SignInStart(ClientRegistrationRepository registrations, FusionAuthSettings settings) {
        requests = new DefaultOAuth2AuthorizationRequestResolver(registrations, "/unused");
        requests.setAuthorizationRequestCustomizer(request -> request.additionalParameters(
                Map.of("tenantId", settings.tenantId().toString(), "rememberDevice", "true")));
    }

    static boolean isSecondTry(@Nullable String state) {
        return state != null && state.endsWith(SECOND_TRY);
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
        if (!"GET".equals(request.getMethod()) || !PATH.equals(request.getServletPath())) {
            return null;
        }
        var authorization = requests.resolve(request, Registrations.SIGN_IN);
        if (authorization == null || request.getParameter(AGAIN) == null) {
            return authorization;
        }
        return OAuth2AuthorizationRequest.from(authorization)
                .state(authorization.getState() + SECOND_TRY)
                .authorizationRequestUri(uri -> uri.replaceQueryParam("state", authorization.getState() + SECOND_TRY)
                        .build())
                .build();
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String registration) {
        return resolve(request);
    }
}
