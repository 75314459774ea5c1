package app.almanac.google;

import app.almanac.upstream.Secret;
import app.almanac.upstream.SigningKeys;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.URI;
import java.text.ParseException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/** Google's authorization code flow, run by Almanac itself: state, nonce, PKCE, and an ID token that is verified. */
@Component
public class GoogleAuthorization {

    private static final Logger log = LoggerFactory.getLogger(GoogleAuthorization.class);

    private final GoogleSettings settings;
    private final TokenEndpoint endpoint;
    private final DefaultJWTProcessor<SecurityContext> idTokens = new DefaultJWTProcessor<>();

    GoogleAuthorization(GoogleSettings settings, TokenEndpoint endpoint) {
        this.settings = settings;
        this.endpoint = endpoint;
        idTokens.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, SigningKeys.at("google", settings.jwksUrl())));
        idTokens.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(settings.clientId(), null, Set.of("sub", "exp", "iss")));
    }

    /**
     * Where to send the browser. Without a hint Google's account chooser and consent are forced; with one (to repair
     * an account) consent, which is what makes Google issue a refresh token.
     */
    public URI address(URI redirectUri, String state, String nonce, String codeChallenge, @Nullable String loginHint) {
        var address = UriComponentsBuilder.fromUri(settings.authorizationUrl())
                .queryParam("client_id", "{client}")
                .queryParam("redirect_uri", "{back}")
                .queryParam("response_type", "code")
                .queryParam("scope", "{scope}")
                .queryParam("access_type", "offline")
                .queryParam("prompt", "{prompt}")
                .queryParam("state", "{state}")
                .queryParam("nonce", "{nonce}")
                .queryParam("code_challenge", "{challenge}")
                .queryParam("code_challenge_method", "S256");
        var values = new java.util.HashMap<String, Object>(Map.of(
                "client", settings.clientId(),
                "back", redirectUri,
                "scope", String.join(" ", Scopes.ASKED),
                "prompt", loginHint == null ? "select_account consent" : "consent",
                "state", state,
                "nonce", nonce,
                "challenge", codeChallenge));
        if (loginHint != null) {
            address.queryParam("login_hint", "{hint}");
            values.put("hint", loginHint);
        }
        return address.encode().buildAndExpand(values).toUri();
    }

    public GoogleGrant exchange(URI redirectUri, String code, String codeVerifier, String nonce) {
        var answer = endpoint.exchange(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                redirectUri.toString(),
                "code_verifier",
                codeVerifier));
        return switch (answer) {
            case TokenEndpoint.Answer.NotAccepted(var organisation) ->
                organisation ? new GoogleGrant.Unavailable() : new GoogleGrant.Refused();
            case TokenEndpoint.Answer.Unreachable ignored -> new GoogleGrant.Unavailable();
            case TokenEndpoint.Answer.Tokens(var json) -> {
                var identity = verified(json.path("id_token").asString(""), nonce);
                var refreshToken = json.path("refresh_token").asString("");
                yield identity == null
                        ? new GoogleGrant.Unavailable()
                        : new GoogleGrant.Granted(
                                identity,
                                refreshToken.isBlank() ? null : new Secret(refreshToken),
                                Scopes.allowCalendars(json.path("scope").asString("")));
            }
        };
    }

    private @Nullable GoogleIdentity verified(String idToken, String nonce) {
        try {
            JWTClaimsSet claims = idTokens.process(idToken, null);
            if (!isOurIssuer(claims.getIssuer()) || !nonce.equals(claims.getStringClaim("nonce"))) {
                log.error("Refused an ID token of another issuer or attempt");
                return null;
            }
            var email = claims.getStringClaim("email");
            return new GoogleIdentity(claims.getSubject(), email == null ? "" : email);
        } catch (KeySourceException e) {
            log.warn("Google's signing keys could not be had: {}", e.getClass().getSimpleName());
        } catch (ParseException | BadJOSEException | JOSEException e) {
            log.error("Refused an ID token: {}", e.getClass().getSimpleName());
        }
        return null;
    }

    /** Google's older tokens name the issuer without its scheme. */
    private boolean isOurIssuer(@Nullable String issuer) {
        return settings.issuer().equals(issuer) || settings.issuer().equals("https://" + issuer);
    }
}
