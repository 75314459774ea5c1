package app.almanac.webhooks;

import app.almanac.fusionauth.PersonId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event of our tenant, verified. {@code applicationId} is ours or null: FusionAuth names none where an event is about
 * a user alone, or about a sign-in of somebody who is not registered. {@code json} is what stands under {@code event}.
 */
public record FusionAuthEvent(
        UUID id, String type, Instant createdAt, @Nullable UUID applicationId, JsonNode json) {

    /** Whom it is about: {@code user.id}, else {@code userId}. */
    public Optional<PersonId> person() {
        return text("user", "id").or(() -> text("userId")).flatMap(FusionAuthEvent::personId);
    }

    /** The text at a path such as {@code user, data, inviteCode}, unless it is absent or blank. */
    public Optional<String> text(String... path) {
        var node = json;
        for (var name : path) {
            node = node.path(name);
        }
        return Optional.of(node.asString("")).filter(text -> !text.isBlank());
    }

    private static Optional<PersonId> personId(String id) {
        try {
            return Optional.of(PersonId.of(id));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "FusionAuthEvent[" + type + " " + id + "]";
    }
}
