package sandbox;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sandbox.FusionAuthUsers.Created;
import sandbox.FusionAuthUsers.User;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/user} and {@code /api/user/registration}. */
final class UsersApi {

    private final FusionAuthState state;

    UsersApi(FusionAuthState state) {
        this.state = state;
    }

    void user(Exchange exchange) throws IOException {
        if (exchange.method().equals("POST")) {
            var body = exchange.json();
            answer(exchange, state.users.create(idIn(exchange, "/api/user"), body.path("user"), Json.MISSING));
            return;
        }
        var found = addressed(exchange);
        if (found.isEmpty()) {
            exchange.empty(404);
            return;
        }
        var user = found.get();
        switch (exchange.method()) {
            case "GET" -> exchange.json(200, Map.of("user", user.json()));
            case "PATCH" ->
                exchange.json(
                        200,
                        Map.of(
                                "user",
                                state.users
                                        .put(
                                                user.id(),
                                                patched(
                                                        exchange,
                                                        user.json(),
                                                        exchange.json().path("user")))
                                        .json()));
            case "PUT" ->
                exchange.json(
                        200,
                        Map.of(
                                "user",
                                state.users
                                        .put(user.id(), replaced(user, exchange.json()))
                                        .json()));
            case "DELETE" -> {
                if (exchange.query().containsKey("hardDelete")) {
                    state.users.delete(user.id());
                } else {
                    var json = user.json().deepCopy();
                    json.put("active", false);
                    state.users.put(user.id(), json);
                }
                exchange.empty(200);
            }
            default -> exchange.empty(405);
        }
    }

    void registration(Exchange exchange) throws IOException {
        var id = idIn(exchange, "/api/user/registration");
        if (exchange.method().equals("POST")) {
            var body = exchange.json();
            answer(exchange, state.users.create(id, body.path("user"), body.path("registration")));
            return;
        }
        var user = id == null ? Optional.<User>empty() : state.users.byId(id);
        var body = exchange.method().matches("PUT|PATCH") ? exchange.json().path("registration") : Json.MISSING;
        var application = body.path("applicationId").asString(exchange.tail());
        if (user.isEmpty() || user.get().registration(application).isMissingNode()) {
            exchange.empty(404);
            return;
        }
        var before = (ObjectNode) user.get().registration(application);
        switch (exchange.method()) {
            case "GET" -> exchange.json(200, Map.of("registration", before));
            case "PUT" -> change(exchange, user.get(), before, kept(before, (ObjectNode) body));
            case "PATCH" -> change(exchange, user.get(), before, patched(exchange, before, body));
            case "DELETE" -> {
                state.users.put(user.get().id(), with(user.get(), before, null));
                exchange.empty(200);
            }
            default -> exchange.empty(405);
        }
    }

    private void change(Exchange exchange, User user, ObjectNode before, ObjectNode after) throws IOException {
        var defined = state.users.definedRoles(after.path("applicationId").asString());
        var unknown = FusionAuthState.strings(after.path("roles")).stream()
                .filter(role -> !defined.contains(role))
                .toList();
        if (!unknown.isEmpty()) {
            invalid(exchange, Map.of("registration.roles", "[invalid]registration.roles"));
            return;
        }
        state.users.put(user.id(), with(user, before, after));
        exchange.json(200, Map.of("registration", after));
    }

    private static ObjectNode with(User user, ObjectNode before, @Nullable ObjectNode after) {
        var json = user.json().deepCopy();
        var registrations = (ArrayNode) json.path("registrations");
        for (int i = 0; i < registrations.size(); i++) {
            if (registrations.get(i).equals(before)) {
                registrations.remove(i);
                break;
            }
        }
        if (after != null) {
            registrations.add(after);
        }
        return json;
    }

    /** PUT replaces: what is left out is lost, but for what FusionAuth itself keeps. */
    private static ObjectNode kept(ObjectNode before, ObjectNode body) {
        var after = body.deepCopy();
        for (var own : List.of("id", "insertInstant")) {
            if (before.has(own)) {
                after.set(own, before.get(own));
            }
        }
        if (!after.has("data")) {
            after.putObject("data");
        }
        return after;
    }

    private static ObjectNode replaced(User user, JsonNode body) {
        var after = kept(user.json(), (ObjectNode) body.path("user"));
        after.set("registrations", user.json().path("registrations"));
        after.put("active", user.isActive());
        return after;
    }

    private static ObjectNode patched(Exchange exchange, ObjectNode before, JsonNode patch) {
        var type = Objects.requireNonNullElse(exchange.header("Content-Type"), "");
        return type.startsWith("application/merge-patch+json")
                ? Json.mergePatched(before, patch)
                : Json.patched(before, patch);
    }

    private static void answer(Exchange exchange, Created created) throws IOException {
        switch (created) {
            case Created.Made(var user) -> {
                var answer = new LinkedHashMap<String, Object>();
                answer.put("user", user.json());
                for (var registration : user.json().path("registrations")) {
                    answer.put("registration", registration);
                }
                exchange.json(200, answer);
            }
            case Created.Invalid(var errors) -> invalid(exchange, errors);
            case Created.Refused() ->
                exchange.json(
                        504,
                        Map.of(
                                "generalErrors",
                                List.of(Map.of(
                                        "code", "[WebhookTransactionException]", "message", "A webhook refused."))));
        }
    }

    private static void invalid(Exchange exchange, Map<String, String> errors) throws IOException {
        var fields = new LinkedHashMap<String, Object>();
        errors.forEach((field, code) -> fields.put(field, List.of(Map.of("code", code, "message", code))));
        exchange.json(400, Map.of("fieldErrors", fields));
    }

    private Optional<User> addressed(Exchange exchange) {
        var id = idIn(exchange, "/api/user");
        if (id != null) {
            return state.users.byId(id);
        }
        var query = exchange.query();
        return state.users.withLogin(
                query.getOrDefault("email", query.getOrDefault("loginId", query.getOrDefault("username", ""))));
    }

    private static @Nullable UUID idIn(Exchange exchange, String below) {
        if (exchange.path().length() <= below.length() + 1) {
            return null;
        }
        try {
            return UUID.fromString(exchange.path().substring(below.length() + 1).replaceAll("/.*", ""));
        } catch (IllegalArgumentException notAnId) {
            return new UUID(0, 0);
        }
    }
}
