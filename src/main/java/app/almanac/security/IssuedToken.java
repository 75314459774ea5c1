package app.almanac.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** The refresh token that FusionAuth issued in this request, by its id: whoever is not let in after it must not keep it. */
final class IssuedToken {

    private static final String ATTRIBUTE = IssuedToken.class.getName();

    private IssuedToken() {}

    static OAuth2AccessTokenResponse noted(OAuth2AccessTokenResponse answer) {
        var request = RequestContextHolder.getRequestAttributes();
        if (request != null && answer.getAdditionalParameters().get("refresh_token_id") instanceof String id) {
            request.setAttribute(ATTRIBUTE, id, RequestAttributes.SCOPE_REQUEST);
        }
        return answer;
    }

    static Optional<UUID> of(HttpServletRequest request) {
        try {
            return Optional.ofNullable((String) request.getAttribute(ATTRIBUTE)).map(UUID::fromString);
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }
}
