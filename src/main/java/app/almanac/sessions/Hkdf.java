package app.almanac.sessions;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869) for outputs of one block: keys for different uses from one secret. */
final class Hkdf {

    private static final String HMAC = "HmacSHA256";
    private static final int BLOCK = 32;

    private Hkdf() {}

    static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
        if (length > BLOCK) {
            throw new IllegalArgumentException("more than one block");
        }
        var pseudorandomKey = hmac(salt.length == 0 ? new byte[BLOCK] : salt, secret);
        var lastByteOfTheFirstBlock = new byte[] {1};
        return Arrays.copyOf(hmac(pseudorandomKey, info, lastByteOfTheFirstBlock), length);
    }

    static byte[] derive(byte[] secret, String use, int length) {
        return derive(secret, new byte[0], use.getBytes(StandardCharsets.UTF_8), length);
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            for (var part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
