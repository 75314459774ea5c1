package sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.lucene.queryparser.classic.ParseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/user/search}: by ids from the database, by {@code queryString} from the search engine, which lags. */
final class SearchApi implements FusionAuthApi.Part {

    private final FusionAuthState state;

    SearchApi(FusionAuthState state) {
        this.state = state;
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
            search.path("ids")
                    .forEach(id ->
                            state.users.byId(UUID.fromString(id.asString())).ifPresent(user -> users.add(user.json())));
        } else {
            try {
                users.addAll(state.search.find(
                        search.path("queryString").asString("*"),
                        search.path("numberOfResults").asInt(25)));
            } catch (ParseException e) {
                exchange.json(
                        400,
                        Map.of("generalErrors", List.of(Map.of("code", "[invalid]search.queryString", "message", ""))));
                return;
            }
        }
        if (users.isEmpty()) {
            exchange.json(200, Map.of("total", 0)); // empty lists are left out
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
                        users.stream()
                                .map(user -> {
                                    var shown = ((ObjectNode) user).deepCopy();
                                    if (!expanded) {
                                        shown.remove("registrations");
                                    }
                                    return shown;
                                })
                                .toList()));
    }
}
