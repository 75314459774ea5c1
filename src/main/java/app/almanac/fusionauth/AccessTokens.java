package app.almanac.fusionauth;

import app.almanac.upstream.Secret;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Checks access tokens that FusionAuth issued to people, for any application of our tenant: RS256 by its published
 * keys, the issuer exactly, the tenant where the token names it, and no time of grace after the end.
 */
@Component
public class AccessTokens {

    private static final Logger log = LoggerFactory.getLogger(AccessTokens.class);

    private static final Duration SKEW = Duration.ofSeconds(60);
    private static final Set<String> OF_ID_TOKENS = Set.of("nonce", "at_hash", "c_hash");

    private final DefaultJWTProcessor<SecurityContext> signatures = new DefaultJWTProcessor<>();
    private final FusionAuthSettings settings;
    private final Clock clock;

    AccessTokens(FusionAuthSettings settings, FusionAuthKeys keys, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        signatures.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        signatures.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys.source()));
        signatures.setJWTClaimsSetVerifier((claims, context) -> {});
    }

    public AccessTokenAnswer check(Secret token) {
        try {
            return answer(signatures.process(SignedJWT.parse(token.reveal()), null));
        } catch (RateLimitReachedException unknownKey) {
            return new AccessTokenAnswer.Bad();
        } catch (KeySourceException e) {
            log.warn(
                    "FusionAuth's signing keys could not be fetched: {}",
                    e.getClass().getSimpleName());
            return new AccessTokenAnswer.Unavailable();
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException bad) {
            return new AccessTokenAnswer.Bad();
        }
    }

    private AccessTokenAnswer answer(JWTClaimsSet claims) throws ParseException {
        var now = clock.instant();
        var subject = claims.getSubject();
        var end = instant(claims.getExpirationTime(), Instant.MIN);
        var good = subject != null
                && settings.issuer().equals(claims.getIssuer())
                && isOurTenant(claims.getStringClaim("tid"))
                && OF_ID_TOKENS.stream().allMatch(claim -> claims.getClaim(claim) == null)
                && end.isAfter(now)
                && !instant(claims.getNotBeforeTime(), Instant.MIN).isAfter(now.plus(SKEW));
        return good ? new AccessTokenAnswer.Good(PersonId.of(subject), end) : new AccessTokenAnswer.Bad();
    }

    /** Older versions name no tenant; the keys are those of all tenants. */
    private boolean isOurTenant(String tenant) {
        return tenant == null || settings.tenantId().equals(UUID.fromString(tenant));
    }

    private static Instant instant(Date date, Instant otherwise) {
        return date == null ? otherwise : date.toInstant();
    }
}
