package app.almanac.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** Tokens that look right and are signed by somebody else. */
final class Tokens {

    private Tokens() {}

    static String signedByAStranger(String subject, String issuer) {
        try {
            var key = new RSAKeyGenerator(2048).generate();
            return signed(JWSAlgorithm.RS256, UUID.randomUUID().toString(), new RSASSASigner(key), subject, issuer);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String signedWithASharedSecret(String subject, String issuer) {
        try {
            return signed(JWSAlgorithm.HS256, "sandbox-fusionauth", new MACSigner(new byte[32]), subject, issuer);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(JWSAlgorithm algorithm, String key, JWSSigner signer, String subject, String issuer)
            throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(key).build(),
                new JWTClaimsSet.Builder()
                        .subject(subject)
                        .issuer(issuer)
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                        .build());
        token.sign(signer);
        return token.serialize();
    }
}
