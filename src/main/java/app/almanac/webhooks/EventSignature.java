package app.almanac.webhooks;

import app.almanac.fusionauth.FusionAuthKeys;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Checks {@code X-FusionAuth-Signature-JWT}: RS256 only, by the tenant's published keys, whose cache outlasts an outage
 * and takes in a new key within half a minute. The payload has the Base64 of the SHA-256 of the body's bytes, and must
 * not have what a token for people has, or any ID token that happens to carry such a hash would do.
 */
@Component
class EventSignature {

    enum Checked {
        GOOD,
        BAD,
        /** The keys cannot be had, so nobody can say. */
        UNKNOWN
    }

    private static final Logger log = LoggerFactory.getLogger(EventSignature.class);
    private static final int LONGEST = 8192;

    private final JWSVerificationKeySelector<SecurityContext> keys;

    EventSignature(FusionAuthKeys published) {
        this.keys = new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, published.source());
    }

    Checked check(@Nullable String signature, byte[] body) {
        if (signature == null || signature.length() > LONGEST) {
            return Checked.BAD;
        }
        try {
            var token = SignedJWT.parse(signature);
            return isSigned(token) && speaksOf(token.getJWTClaimsSet(), body) ? Checked.GOOD : Checked.BAD;
        } catch (RateLimitReachedException unknownKeysAgain) {
            return Checked.BAD;
        } catch (KeySourceException e) {
            log.error("FusionAuth's signing keys cannot be had, so its events cannot be taken");
            return Checked.UNKNOWN;
        } catch (ParseException | JOSEException notASignature) {
            return Checked.BAD;
        }
    }

    private boolean isSigned(SignedJWT token) throws JOSEException {
        var header = token.getHeader();
        if (!JWSAlgorithm.RS256.equals(header.getAlgorithm()) || header.getCriticalParams() != null) {
            return false;
        }
        for (var key : keys.selectJWSKeys(header, null)) {
            var verifier = new DefaultJWSVerifierFactory().createJWSVerifier(header, key);
            if (token.verify(verifier)) {
                return true;
            }
        }
        return false;
    }

    private static boolean speaksOf(JWTClaimsSet claims, byte[] body) throws ParseException {
        var hash = claims.getStringClaim("request_body_sha256");
        var isForPeople = Stream.of("sub", "aud", "iss").anyMatch(claims.getClaims()::containsKey);
        return hash != null && !isForPeople && MessageDigest.isEqual(ascii(hash), ascii(sha256(body)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
