package sandbox;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /api/entity} and its search: reads and writes by id are consistent, and the search sees a write only when the
 * index has caught up. It understands the part of Elasticsearch's query strings that Almanac uses.
 */
final class EntitiesApi implements FusionAuthApi.Part {

    /** What POST of an id that is taken does: the documentation does not say, so both are possible. */
    enum TakenId {
        REFUSED,
        OVERWRITES
    }

    /** What the entity API is like just now. */
    enum Mood {
        WELL,
        ERROR,
        GARBLED,
        EMPTY,
        SOMEBODY_ELSES,
        NO_READS_BY_IDS,
        NO_DELETIONS
    }

    private record Entity(ObjectNode json, Instant inserted, Instant written) {}

    private final FusionAuthState state;
    private final Map<UUID, Entity> entities = new ConcurrentHashMap<>();
    private final Map<UUID, Entity> index = new ConcurrentHashMap<>();
    private final Map<UUID, Instant> deleted = new ConcurrentHashMap<>();

    volatile TakenId takenId = TakenId.REFUSED;
    volatile Mood mood = Mood.WELL;
    volatile Duration lag = Duration.ofMillis(300);

    EntitiesApi(FusionAuthState state) {
        this.state = state;
    }

    /** Everything that is stored, as text. */
    List<String> stored() {
        return entities.values().stream()
                .map(entity -> entity.json().toString())
                .toList();
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        switch (mood) {
            case ERROR -> exchange.json(500, Map.of("generalErrors", List.of(Map.of("code", "[Exception]"))));
            case GARBLED -> exchange.page(200, "Maintenance", "<p>Back soon</p>");
            case EMPTY -> exchange.json(200, Map.of());
            case SOMEBODY_ELSES ->
                exchange.json(
                        200,
                        Map.of(
                                "entity",
                                Map.of(
                                        "id", UUID.randomUUID().toString(),
                                        "name", "Another",
                                        "type", Map.of("id", UUID.randomUUID().toString()),
                                        "data", Map.of())));
            case WELL, NO_READS_BY_IDS, NO_DELETIONS -> {
                if (exchange.path().equals("/api/entity/search")) {
                    search(exchange);
                } else {
                    entity(exchange, UUID.fromString(exchange.tail()));
                }
            }
        }
    }

    private void entity(Exchange exchange, UUID id) throws IOException {
        catchUp();
        var known = entities.get(id);
        switch (exchange.method()) {
            case "GET" -> answer(exchange, known);
            case "POST" -> {
                var made = entity(id, exchange.json().path("entity"), Instant.now());
                if (made == null) {
                    refuse(exchange, "entity.type.id", "[invalid]entity.type.id");
                } else if (takenId == TakenId.REFUSED) {
                    var taken = entities.putIfAbsent(id, made);
                    if (taken != null) {
                        refuse(exchange, "entity.id", "[duplicate]entity.id");
                    } else {
                        answer(exchange, made);
                    }
                } else {
                    entities.put(id, made);
                    answer(exchange, made);
                }
            }
            case "PUT" -> {
                var made = known == null ? null : entity(id, exchange.json().path("entity"), known.inserted());
                if (made == null || entities.replace(id, made) == null) {
                    exchange.empty(404);
                } else {
                    answer(exchange, made);
                }
            }
            case "DELETE" -> {
                if (mood == Mood.NO_DELETIONS) {
                    exchange.empty(500);
                    return;
                }
                deleted.put(id, Instant.now());
                exchange.empty(entities.remove(id) == null ? 404 : 200);
            }
            default -> exchange.empty(405);
        }
    }

    private void search(Exchange exchange) throws IOException {
        var search = exchange.json().path("search");
        if (!search.path("ids").isEmpty()) {
            if (mood == Mood.NO_READS_BY_IDS || search.hasNonNull("queryString")) {
                exchange.json(500, Map.of());
                return;
            }
            var found = StreamSupport.stream(search.path("ids").spliterator(), false)
                    .limit(most(search))
                    .map(id -> Optional.ofNullable(entities.get(UUID.fromString(id.asString()))))
                    .flatMap(Optional::stream)
                    .map(Entity::json)
                    .toList();
            exchange.json(200, Map.of("entities", found, "total", found.size()));
            return;
        }
        catchUp();
        var wanted = query(search.path("queryString").asString());
        var found = index.values().stream()
                .filter(entity -> wanted.test(entity.json()))
                .sorted(Comparator.comparing(Entity::inserted).reversed())
                .toList();
        var page = found.stream()
                .skip(search.path("startRow").asLong(0))
                .limit(most(search))
                .map(Entity::json)
                .toList();
        exchange.json(200, Map.of("entities", page, "total", Math.min(10_000, found.size())));
    }

    private static long most(JsonNode search) {
        return search.path("numberOfResults").asLong(25);
    }

    /** Terms joined by AND: {@code field:value} or a range of numbers. */
    private static Predicate<JsonNode> query(String text) {
        Predicate<JsonNode> all = entity -> true;
        for (var term : text.split(" AND ")) {
            var colon = term.indexOf(':');
            all = all.and(term(term.substring(0, colon), term.substring(colon + 1)));
        }
        return all;
    }

    private static Predicate<JsonNode> term(String field, String wanted) {
        if (!wanted.matches("[\\[{].*[]}]")) {
            return entity -> field(entity, field).asString("").equalsIgnoreCase(wanted);
        }
        var bounds = wanted.substring(1, wanted.length() - 1).split(" TO ");
        var from =
                bounds[0].equals("*") ? Long.MIN_VALUE : Long.parseLong(bounds[0]) + (wanted.startsWith("{") ? 1 : 0);
        var to = bounds[1].equals("*") ? Long.MAX_VALUE : Long.parseLong(bounds[1]) - (wanted.endsWith("}") ? 1 : 0);
        return entity -> {
            var value = field(entity, field);
            return value.isNumber() && value.asLong() >= from && value.asLong() <= to;
        };
    }

    private static JsonNode field(JsonNode entity, String field) {
        if (field.equals("typeId")) {
            return entity.path("type").path("id");
        }
        return field.startsWith("data.") ? entity.path("data").path(field.substring(5)) : entity.path(field);
    }

    /** The index sees what was written or deleted longer ago than the lag, and what was there before until then. */
    private void catchUp() {
        var visible = Instant.now().minus(lag);
        deleted.forEach((id, when) -> {
            if (!when.isAfter(visible)) {
                index.remove(id);
                deleted.remove(id, when);
            }
        });
        entities.forEach((id, entity) -> {
            if (!entity.written().isAfter(visible)) {
                index.put(id, entity);
            }
        });
    }

    private @Nullable Entity entity(UUID id, JsonNode wanted, Instant inserted) {
        var type = wanted.path("type").path("id").asString("");
        var known = state.configured("/api/entity/type/" + type).path("entityType");
        if (known.isMissingNode() || wanted.path("name").asString("").isEmpty()) {
            return null;
        }
        var now = Instant.now();
        var json = Json.MAPPER.createObjectNode();
        json.put("id", id.toString());
        json.put("tenantId", state.tenantId);
        json.put("clientId", id.toString());
        json.put("clientSecret", UUID.randomUUID().toString());
        json.set("name", wanted.path("name"));
        json.putObject("type").put("id", type).set("name", known.path("name"));
        json.set("data", wanted.path("data").isObject() ? wanted.path("data") : Json.MAPPER.createObjectNode());
        json.put("insertInstant", inserted.toEpochMilli());
        json.put("lastUpdateInstant", now.toEpochMilli());
        return new Entity(json, inserted, now);
    }

    private static void answer(Exchange exchange, @Nullable Entity entity) throws IOException {
        if (entity == null) {
            exchange.empty(404);
        } else {
            exchange.json(200, Map.of("entity", entity.json()));
        }
    }

    private static void refuse(Exchange exchange, String field, String code) throws IOException {
        exchange.json(400, Map.of("fieldErrors", Map.of(field, List.of(Map.of("code", code, "message", code)))));
    }
}
