package app.almanac.sessions;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of the service: hashes identifiers and seals what nobody but us may read. Both keys and the id, which is
 * stored beside each record, are derived from the 32 bytes of {@code SESSIONS_KEY}.
 */
final class SessionKey {

    private static final String HMAC = "HmacSHA256";
    private static final int BLOCK = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String id;
    private final byte[] forHashing;
    private final SecretKeySpec forSealing;

    SessionKey(byte[] secret) {
        id = HexFormat.of().formatHex(derive(secret, "almanac/sessions/key-id/1", 4));
        forHashing = derive(secret, "almanac/sessions/hash/1", 32);
        forSealing = new SecretKeySpec(derive(secret, "almanac/sessions/seal/1", 32), "AES");
    }

    /** Names the key, and tells nothing of it. */
    String id() {
        return id;
    }

    /** HMAC-SHA-256 in hexadecimal; {@code what} keeps the hashes of different things apart. */
    String hash(String what, String text) {
        return HexFormat.of()
                .formatHex(hmac(
                        forHashing,
                        (what + "\0").getBytes(StandardCharsets.UTF_8),
                        text.getBytes(StandardCharsets.UTF_8)));
    }

    /** AES-256-GCM in base64: a fresh nonce, then the ciphertext, which only opens beside the same {@code context}. */
    String seal(byte[] content, byte[] context) {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            var ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(content);
            var box = Arrays.copyOf(nonce, NONCE + ciphertext.length);
            System.arraycopy(ciphertext, 0, box, NONCE, ciphertext.length);
            return Base64.getEncoder().encodeToString(box);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The content; nothing when the box or its context was changed, or another key sealed it. */
    Optional<byte[]> open(String sealed, byte[] context) {
        var box = decoded(sealed);
        if (box.length < NONCE + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(box, NONCE), context)
                    .doFinal(box, NONCE, box.length - NONCE));
        } catch (AEADBadTagException changed) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] derive(byte[] secret, String use, int length) {
        return derive(secret, new byte[0], use.getBytes(StandardCharsets.UTF_8), length);
    }

    /** HKDF with SHA-256 (RFC 5869) for outputs of one block: keys for different uses from one secret. */
    static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
        if (length > BLOCK) {
            throw new IllegalArgumentException("more than one block");
        }
        var pseudorandomKey = hmac(salt.length == 0 ? new byte[BLOCK] : salt, secret);
        var lastByteOfTheFirstBlock = new byte[] {1};
        return Arrays.copyOf(hmac(pseudorandomKey, info, lastByteOfTheFirstBlock), length);
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
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

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException changed) {
            return new byte[0];
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, forSealing, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }

    @Override
    public String toString() {
        return "SessionKey[" + id + "]";
    }
}
