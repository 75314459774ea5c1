package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.PersonId;
import app.almanac.settings.AppUrl;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * FusionAuth's code flow through the Google identity provider: it proves who came back, and signs nobody in. Its
 * registration, return address and tokens are apart from those of signing in, and the tokens are thrown away.
 */
@Component
public class HostedAuthorization {

    /** Who came back from FusionAuth. */
    public sealed interface CameBack {

        /** {@code authenticatedAt} is FusionAuth's {@code auth_time}, null when it does not say. */
        record As(PersonId person, @Nullable Instant authenticatedAt) implements CameBack {}

        /** The code is spent or the tokens are not for this attempt. */
        record Refused() implements CameBack {}

        record Unavailable() implements CameBack {}
    }

    private static final Logger log = LoggerFactory.getLogger(HostedAuthorization.class);

    private final ClientRegistration registration;
    private final String returnAddress;
    private final OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokenEndpoint;
    private final JwtDecoderFactory<ClientRegistration> decoders;
    private final Revocations revocations;
    private final ApplicationEventPublisher events;
    private final FusionAuthSettings settings;
    private final AppUrl url;

    HostedAuthorization(
            OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokenEndpoint,
            JwtDecoderFactory<ClientRegistration> decoders,
            Revocations revocations,
            ApplicationEventPublisher events,
            FusionAuthSettings settings,
            AppUrl url) {
        this.registration = Registrations.forConnecting(settings, url);
        this.returnAddress = url.at(Registrations.HOSTED_CONNECTION_PATH).toString();
        this.tokenEndpoint = tokenEndpoint;
        this.decoders = decoders;
        this.revocations = revocations;
        this.events = events;
        this.settings = settings;
        this.url = url;
    }

    /** {@code prompt=login} with {@code idp_hint} reaches Google in spite of a live session since FusionAuth 1.60. */
    public URI address(PersonId person, String state, String nonce, String codeChallenge) {
        events.publishEvent(new HostedConnectionBegun(person));
        return UriComponentsBuilder.fromUri(settings.authorizeUrl())
                .queryParam("client_id", settings.applicationId())
                .queryParam("tenantId", settings.tenantId())
                .queryParam("redirect_uri", "{back}")
                .queryParam("response_type", "code")
                .queryParam("scope", "openid")
                .queryParam("state", "{state}")
                .queryParam("nonce", "{nonce}")
                .queryParam("code_challenge", "{challenge}")
                .queryParam("code_challenge_method", "S256")
                .queryParam("idp_hint", settings.googleIdpId())
                .queryParam("prompt", "login")
                .queryParam("rememberDevice", "true")
                .encode()
                .buildAndExpand(returnAddress, state, nonce, codeChallenge)
                .toUri();
    }

    /** Whether a redirect's {@code iss} (RFC 9207; absent before FusionAuth 1.69) names our issuer. */
    public boolean isFromOurIssuer(@Nullable String iss) {
        return iss == null || iss.equals(settings.issuer());
    }

    /** Where to send a browser whose single sign-on session has become somebody else's. */
    public URI endOfSingleSignOn() {
        return SignOut.address(settings, url);
    }

    public CameBack finish(String code, String codeVerifier, String nonce) {
        var request = OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri(settings.authorizeUrl().toString())
                .clientId(registration.getClientId())
                .redirectUri(returnAddress)
                .state("checked")
                .attributes(attributes -> attributes.put("code_verifier", codeVerifier))
                .build();
        var response = OAuth2AuthorizationResponse.success(code)
                .redirectUri(returnAddress)
                .state("checked")
                .build();
        try {
            var tokens = tokenEndpoint.getTokenResponse(new OAuth2AuthorizationCodeGrantRequest(
                    registration, new OAuth2AuthorizationExchange(request, response)));
            if (tokens.getAdditionalParameters().get("refresh_token_id") instanceof String id) {
                var unwanted = List.of(UUID.fromString(id));
                revocations.queue(unwanted);
                revocations.attempt(unwanted);
            }
            if (!(tokens.getAdditionalParameters().get("id_token") instanceof String idToken)) {
                return new CameBack.Refused();
            }
            var claims = decoders.createDecoder(registration).decode(idToken);
            if (!nonce.equals(claims.getClaimAsString("nonce"))) {
                return new CameBack.Refused();
            }
            return new CameBack.As(
                    PersonId.of(String.valueOf(claims.getSubject())), claims.getClaimAsInstant("auth_time"));
        } catch (OAuth2AuthorizationException e) {
            log.warn(
                    "A hosted connection's code was not exchanged: {}",
                    e.getClass().getSimpleName());
            return "invalid_grant".equals(e.getError().getErrorCode())
                    ? new CameBack.Refused()
                    : new CameBack.Unavailable();
        } catch (JwtException | IllegalArgumentException e) {
            log.warn(
                    "A hosted connection's tokens were not accepted: {}",
                    e.getClass().getSimpleName());
            return new CameBack.Unavailable();
        }
    }
}
