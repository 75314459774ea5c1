package app.almanac.sessions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Where a session is kept: the keyed hash of its identifier in hexadecimal, and a UUIDv5 of that hash, which is the
 * record's id. The identifier itself is not in it.
 */
record SessionId(String hash, UUID value) {

    private static final UUID NAMESPACE = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000042");

    static SessionId of(String identifier, SessionKey key) {
        var hash = key.hash("identifier", identifier);
        return new SessionId(hash, version5(NAMESPACE, hash));
    }

    /** A name-based UUID with SHA-1 (RFC 9562, version 5), which the JDK lacks. */
    static UUID version5(UUID namespace, String name) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(namespace.getMostSignificantBits())
                    .putLong(namespace.getLeastSignificantBits())
                    .flip());
            var digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
            return new UUID(
                    (digest.getLong() & ~0xF000L) | 0x5000L,
                    (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
