package sandbox;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Signs tokens with a real RS256 key and publishes its public half, and those of keys that it signed with before. */
final class Signer {

    private final Deque<RSAKey> keys = new ConcurrentLinkedDeque<>();

    Signer(String id) {
        rotate(id);
    }

    /** From now on another key signs; the old ones stay published. */
    void rotate(String id) {
        keys.addFirst(generated(id));
    }

    static RSAKey generated(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, Object> publicKeys() {
        return new JWKSet(List.<JWK>copyOf(keys)).toJSONObject();
    }

    String sign(JWTClaimsSet claims) {
        return sign(keys.getFirst(), claims);
    }

    static String sign(RSAKey key, JWTClaimsSet claims) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .type(JOSEObjectType.JWT)
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
