package app.almanac.sessions;

import app.almanac.fusionauth.PersonId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is kept, in either edition: in the clear only what is searched by. {@code box} holds the rest,
 * sealed by the key of {@code keyId}, and opens only beside these same clear fields.
 */
record SessionRecord(
        SessionId id,
        PersonId person,
        @Nullable String indicator,
        Instant createdAt,
        Instant expiresAt,
        String keyId,
        String box) {

    /** What the box is sealed to: nobody can give it another person, indicator or end. */
    static byte[] context(SessionId id, PersonId person, @Nullable String indicator, Instant expiresAt) {
        return String.join(
                        "\n",
                        id.hash(),
                        person.toString(),
                        String.valueOf(expiresAt.toEpochMilli()),
                        indicator == null ? "-" : "+" + indicator)
                .getBytes(StandardCharsets.UTF_8);
    }

    byte[] context() {
        return context(id, person, indicator, expiresAt);
    }

    boolean isValid(Instant now) {
        return expiresAt.isAfter(now);
    }

    /** Whether this, written over another record, is the same person's session going on, and no new one. */
    boolean continues(SessionRecord before, Instant now) {
        return before.isValid(now) && before.person().equals(person);
    }

    /** When the session began that this is written into. */
    Instant beginningAfter(SessionRecord before, Instant now) {
        return continues(before, now) ? before.createdAt() : createdAt;
    }

    SessionRecord since(Instant beginning) {
        return new SessionRecord(id, person, indicator, beginning, expiresAt, keyId, box);
    }

    @Override
    public String toString() {
        return "SessionRecord[" + id.value() + " until " + expiresAt + "]";
    }
}
