package app.almanac.sessions;

import app.almanac.fusionauth.StableId;
import java.util.UUID;

/**
 * Where a session is kept: the keyed hash of its identifier in hexadecimal, and a UUIDv5 of that hash, which is the
 * record's id. The identifier itself is not in it.
 */
record SessionId(String hash, UUID value) {

    private static final UUID NAMESPACE = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000042");

    static SessionId of(String identifier, SessionKey key) {
        var hash = key.hash("identifier", identifier);
        return new SessionId(hash, StableId.of(NAMESPACE, hash));
    }
}
