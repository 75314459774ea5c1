package sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.lucene.queryparser.classic.ParseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/user/search}: by ids from the database, by {@code queryString} from the search engine, which lags. */
final class SearchApi implements FusionAuthApi.Part {

    private final FusionAuthState state;
    /** FusionAuth without a search engine of its own: it has no other language than that of {@code queryString}. */
    volatile boolean databaseEngine;

    SearchApi(FusionAuthState state) {
        this.state = state;
    }

    /** The one question in the engine's own language that Almanac asks: who is registered for an application. */
    private List<JsonNode> registered(String query) {
        var application = Json.MAPPER
                .readTree(query)
                .at("/nested/query/bool/must/0/match/registrations.applicationId")
                .asString();
        try {
            return state.search.find("*:*", 10_000).stream()
                    .filter(user -> StreamSupport.stream(
                                    user.path("registrations").spliterator(), false)
                            .anyMatch(registration -> registration
                                    .path("applicationId")
                                    .asString("")
                                    .equals(application)))
                    .toList();
        } catch (ParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The one order that Almanac asks for. */
    private static Comparator<JsonNode> newestFirst() {
        return Comparator.comparingLong(
                        (JsonNode user) -> user.path("insertInstant").asLong())
                .reversed();
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        if (!exchange.method().equals("POST")) {
            exchange.empty(405);
            return;
        }
        var body = exchange.json();
        var search = body.path("search");
        var users = new ArrayList<JsonNode>();
        if (search.has("ids")) {
            StreamSupport.stream(search.path("ids").spliterator(), false)
                    .flatMap(id -> state.users.byId(UUID.fromString(id.asString())).stream())
                    .limit(search.path("numberOfResults").asInt(25))
                    .forEach(user -> users.add(user.json()));
        } else if (search.has("query")) {
            if (databaseEngine) {
                exchange.json(
                        400,
                        Map.of(
                                "fieldErrors",
                                Map.of("search.query", List.of(Map.of("code", "[invalid]search.query")))));
                return;
            }
            users.addAll(registered(search.path("query").asString()));
        } else {
            try {
                users.addAll(state.search.find(search.path("queryString").asString("*"), 10_000));
                if (search.path("sortFields").isArray()) {
                    users.sort(newestFirst());
                }
            } catch (ParseException e) {
                exchange.json(
                        400,
                        Map.of("generalErrors", List.of(Map.of("code", "[invalid]search.queryString", "message", ""))));
                return;
            }
        }
        var shown = users.stream()
                .skip(search.path("startRow").asLong(0))
                .limit(search.path("numberOfResults").asLong(25))
                .toList();
        if (shown.isEmpty()) {
            exchange.json(200, Map.of("total", users.size())); // empty lists are left out
            return;
        }
        var expanded = !body.has("expand")
                || FusionAuthState.strings(body.path("expand")).contains("registrations");
        exchange.json(
                200,
                Map.of(
                        "total",
                        users.size(),
                        "users",
                        shown.stream()
                                .map(user -> {
                                    var one = ((ObjectNode) user).deepCopy();
                                    if (!expanded) {
                                        one.remove("registrations");
                                    }
                                    return one;
                                })
                                .toList()));
    }
}
