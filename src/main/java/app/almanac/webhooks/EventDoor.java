package app.almanac.webhooks;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.webhooks.EventTaker.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a signed body and has its event take effect once. What is not about Almanac is let pass whatever it is: the
 * tenant is shared, and a refusal could undo what another application's users do.
 */
@Component
class EventDoor {

    enum Answer {
        TAKEN,
        /** Not ours, of a type that nobody here takes, or taken before. */
        NOTHING_TO_DO,
        REFUSED,
        /** Too old or from the future, and not known: a replay, or a clock that is wrong. */
        NOT_FRESH,
        MALFORMED
    }

    private static final Logger log = LoggerFactory.getLogger(EventDoor.class);
    private static final Duration OLDEST = Duration.ofMinutes(10);
    /** A statement that waits longer, as for a lock, is no answer in time, and nothing of it is committed later. */
    private static final Duration DATABASE = Duration.ofSeconds(2);

    private static final Duration AHEAD = Duration.ofMinutes(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<EventTaker> takers;
    private final TakenEvents taken;
    private final TransactionTemplate transaction;
    private final FusionAuthSettings settings;
    private final Clock clock;

    EventDoor(
            List<EventTaker> takers,
            TakenEvents taken,
            TransactionTemplate transaction,
            FusionAuthSettings settings,
            Clock clock) {
        this.takers = takers;
        this.taken = taken;
        this.transaction = new TransactionTemplate(Objects.requireNonNull(transaction.getTransactionManager()));
        this.transaction.setTimeout((int) DATABASE.toSeconds());
        this.settings = settings;
        this.clock = clock;
    }

    Answer take(byte[] body) {
        var json = read(body);
        if (!json.isObject() || !json.path("type").isString()) {
            return Answer.MALFORMED;
        }
        var type = json.path("type").asString();
        var applicationId = id(json.path("applicationId"));
        var concerned =
                takers.stream().filter(taker -> taker.types().contains(type)).toList();
        if (concerned.isEmpty()
                || !settings.tenantId().equals(id(json.path("tenantId")))
                || (!json.path("applicationId").asString("").isEmpty()
                        && !settings.applicationId().equals(applicationId))) {
            return Answer.NOTHING_TO_DO;
        }
        var id = id(json.path("id"));
        if (id == null || !json.path("createInstant").isIntegralNumber()) {
            return Answer.MALFORMED;
        }
        var createdAt = Instant.ofEpochMilli(json.path("createInstant").asLong());
        if (!isFresh(createdAt)) {
            if (taken.isTaken(id)) {
                return Answer.NOTHING_TO_DO;
            }
            log.warn("An event of FusionAuth's was too old or from the future: {} {}", type, id);
            return Answer.NOT_FRESH;
        }
        return takeOnce(new FusionAuthEvent(id, type, createdAt, applicationId, json), concerned);
    }

    /**
     * Whether an event is none of ours, read without keeping it: then it is let pass at once, also where it could not be
     * taken, being too large or not signed as it should be. Nothing comes of it.
     */
    boolean isOthers(InputStream body) throws IOException {
        try (var parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() == JsonToken.START_OBJECT && name.equals("event")) {
                    return isOthersEvent(parser);
                }
                parser.skipChildren();
            }
            return false;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private boolean isOthersEvent(JsonParser parser) {
        for (var name = parser.nextName(); name != null; name = parser.nextName()) {
            if (parser.nextToken() == JsonToken.VALUE_STRING && isOthers(name, parser.getString())) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private boolean isOthers(String field, String value) {
        return switch (field) {
            case "type" -> takers.stream().noneMatch(taker -> taker.types().contains(value));
            case "tenantId" -> !value.equalsIgnoreCase(settings.tenantId().toString());
            case "applicationId" ->
                !value.isEmpty()
                        && !value.equalsIgnoreCase(settings.applicationId().toString());
            default -> false;
        };
    }

    /** The mark and the effects are one transaction: a refusal or a failure leaves neither. */
    private Answer takeOnce(FusionAuthEvent event, List<EventTaker> concerned) {
        return Optional.ofNullable(transaction.execute(status -> {
                    if (!taken.mark(event.id())) {
                        return Answer.NOTHING_TO_DO;
                    }
                    if (concerned.stream().anyMatch(taker -> taker.take(event) == Verdict.REFUSED)) {
                        status.setRollbackOnly();
                        return Answer.REFUSED;
                    }
                    return Answer.TAKEN;
                }))
                .orElseThrow();
    }

    private boolean isFresh(Instant createdAt) {
        var now = clock.instant();
        return createdAt.isAfter(now.minus(OLDEST)) && createdAt.isBefore(now.plus(AHEAD));
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body).path("event");
        } catch (JacksonException notJson) {
            return JSON.missingNode();
        }
    }

    private static @Nullable UUID id(JsonNode node) {
        try {
            return UUID.fromString(node.asString(""));
        } catch (IllegalArgumentException notAnId) {
            return null;
        }
    }
}
