package app.almanac.sessions;

import app.almanac.fusionauth.PersonId;
import app.almanac.upstream.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A person's session at another application, opened: the identifier that its caller composed, the access token, and
 * whatever the caller wrote beside it (a JSON object).
 */
record BusinessSession(
        String identifier,
        PersonId person,
        @Nullable String indicator,
        Secret accessToken,
        Instant createdAt,
        Instant expiresAt,
        @Nullable JsonNode metadata) {

    BusinessSession since(Instant beginning) {
        return new BusinessSession(identifier, person, indicator, accessToken, beginning, expiresAt, metadata);
    }

    @Override
    public String toString() {
        return "BusinessSession[until " + expiresAt + "]";
    }
}
