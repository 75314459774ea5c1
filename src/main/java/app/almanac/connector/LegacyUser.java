package app.almanac.connector;

import app.almanac.fusionauth.PersonId;
import app.almanac.upstream.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of the legacy store. {@code key} is what names it there; it prints as nothing about the person. */
record LegacyUser(
        String key,
        @Nullable String username,
        @Nullable String email,
        @Nullable String phone,
        Secret hash,
        boolean disabled,
        @Nullable String firstName,
        @Nullable String lastName) {

    /** Never changes: every id that was ever given out is derived from it. */
    private static final UUID NAMESPACE = UUID.fromString("d22bc6a6-fa5b-4ba7-ba0b-605603da26ca");

    /** Whether FusionAuth can take this user: one of address, user name and phone number is needed besides the id. */
    boolean hasName() {
        return username != null || email != null || phone != null;
    }

    /** The same for the same key always: a UUID of version 5 (RFC 9562, section 5.5). */
    PersonId id() {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMESPACE.getMostSignificantBits())
                    .putLong(NAMESPACE.getLeastSignificantBits())
                    .array());
            var digest = ByteBuffer.wrap(Arrays.copyOf(sha1.digest(key.getBytes(StandardCharsets.UTF_8)), 16));
            return new PersonId(new UUID(
                    (digest.getLong() & 0xffffffffffff0fffL) | 0x5000L,
                    (digest.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "LegacyUser[" + id() + "]";
    }
}
