package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.PersonId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;

/**
 * Reads a {@link CurrentPerson} from the tokens of a sign-in. Roles are in the access token only (FusionAuth took them
 * out of the ID token in 1.24), which has {@code applicationId} only for somebody who is registered; name and address
 * are in the ID token. Userinfo is not asked: it adds nothing.
 */
@Component
class PersonAtSignIn implements OAuth2UserService<OidcUserRequest, OidcUser> {

    /** FusionAuth knows who they are, but not as somebody registered for Almanac. */
    static final class NotRegistered extends OAuth2AuthenticationException {

        final transient Newcomers.Newcomer newcomer;

        NotRegistered(PersonId id, @Nullable String name, @Nullable String email) {
            super(new OAuth2Error("not_registered"));
            this.newcomer = new Newcomers.Newcomer(id, name, email);
        }
    }

    /** Carries the person from here to the session's principal, which holds no token. */
    static final class WithPerson extends DefaultOidcUser {

        private final CurrentPerson person;

        WithPerson(OidcUserRequest request, CurrentPerson person) {
            super(person.getAuthorities(), request.getIdToken());
            this.person = person;
        }

        CurrentPerson person() {
            return person;
        }
    }

    private final JwtDecoderFactory<ClientRegistration> decoders;
    private final FusionAuthSettings settings;
    private final Clock clock;

    PersonAtSignIn(JwtDecoderFactory<ClientRegistration> decoders, FusionAuthSettings settings, Clock clock) {
        this.decoders = decoders;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public OidcUser loadUser(OidcUserRequest request) {
        var idToken = request.getIdToken();
        var accessToken = decode(request);
        var subject = String.valueOf(idToken.getSubject());
        if (!subject.equals(accessToken.getSubject())) {
            throw new OAuth2AuthenticationException(new OAuth2Error("invalid_token"));
        }
        if (!isRegistered(accessToken)) {
            throw new NotRegistered(personId(subject), idToken.getFullName(), idToken.getEmail());
        }
        var now = clock.instant();
        var name = Optional.ofNullable(idToken.getFullName()).orElseGet(idToken::getGivenName);
        return new WithPerson(
                request,
                new CurrentPerson(
                        personId(subject),
                        name,
                        idToken.getEmail(),
                        roles(accessToken),
                        refreshTokenId(request, accessToken),
                        now,
                        Optional.<Instant>ofNullable(idToken.getAuthenticatedAt())
                                .orElse(now)));
    }

    /** Both claims are there only for somebody who is registered; the audience was checked already. */
    private boolean isRegistered(Jwt accessToken) {
        var application = accessToken.getClaimAsString("applicationId");
        return application == null
                ? accessToken.hasClaim("roles")
                : application.equals(settings.applicationId().toString());
    }

    private Jwt decode(OidcUserRequest request) {
        try {
            return decoders.createDecoder(request.getClientRegistration())
                    .decode(request.getAccessToken().getTokenValue());
        } catch (JwtException e) {
            throw new OAuth2AuthenticationException(new OAuth2Error("invalid_access_token"), e);
        }
    }

    private static PersonId personId(String subject) {
        try {
            return PersonId.of(subject);
        } catch (IllegalArgumentException notOurs) {
            throw new OAuth2AuthenticationException(new OAuth2Error("invalid_subject"), notOurs);
        }
    }

    private static Set<String> roles(Jwt accessToken) {
        return accessToken.getClaim("roles") instanceof List<?> roles
                ? Set.copyOf(roles.stream().map(String::valueOf).toList())
                : Set.of();
    }

    /** {@code refresh_token_id} of the token answer (1.37), else the access token's {@code sid}, which is the same. */
    private static @Nullable UUID refreshTokenId(OidcUserRequest request, Jwt accessToken) {
        Map<String, Object> answer = request.getAdditionalParameters();
        var id = answer.get("refresh_token_id") instanceof String given ? given : accessToken.getClaimAsString("sid");
        try {
            return id == null ? null : UUID.fromString(id);
        } catch (IllegalArgumentException notAnId) {
            return null;
        }
    }
}
