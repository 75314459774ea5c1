package sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The stand-in's users and their registrations, as documents of FusionAuth's shape; passwords are kept apart. */
final class FusionAuthUsers {

    /** A user as of now. */
    record User(UUID id, ObjectNode json) {

        String email() {
            return json.path("email").asString("");
        }

        /** How the user signs in: address, user name or phone number. */
        String login() {
            return email().isEmpty()
                    ? json.path("username").asString(json.path("phoneNumber").asString(""))
                    : email();
        }

        String name() {
            return json.path("fullName").asString("");
        }

        boolean isActive() {
            return json.path("active").asBoolean(true);
        }

        boolean isVerified() {
            return json.path("verified").asBoolean(false);
        }

        /** Missing when the user is not registered for the application. */
        JsonNode registration(String application) {
            for (var registration : json.path("registrations")) {
                if (registration.path("applicationId").asString("").equals(application)) {
                    return registration;
                }
            }
            return Json.MISSING;
        }
    }

    /** What came of making a user or a registration. */
    sealed interface Created {

        record Made(User user) implements Created {}

        /** Codes by field, as in {@code user.email: [duplicate]user.email}. */
        record Invalid(Map<String, String> fieldErrors) implements Created {}

        /** A transactional webhook refused: everything is as before. */
        record Refused() implements Created {}
    }

    private final FusionAuthState state;
    private final Map<UUID, ObjectNode> users = new ConcurrentHashMap<>();
    private final Map<UUID, String> passwords = new ConcurrentHashMap<>();

    FusionAuthUsers(FusionAuthState state) {
        this.state = state;
    }

    List<User> all() {
        return users.entrySet().stream()
                .map(entry -> new User(entry.getKey(), entry.getValue()))
                .toList();
    }

    Optional<User> byId(UUID id) {
        return Optional.ofNullable(users.get(id)).map(json -> new User(id, json));
    }

    User get(UUID id) {
        return byId(id).orElseThrow(() -> new IllegalStateException("no such user"));
    }

    Optional<User> withLogin(String login) {
        return all().stream()
                .filter(user -> !login.isBlank())
                .filter(user -> List.of("email", "username", "phoneNumber").stream()
                        .anyMatch(key -> user.json().path(key).asString("").equalsIgnoreCase(login)))
                .findFirst();
    }

    /** Somebody active with this login and password. */
    Optional<User> signIn(String login, String password) {
        return withLogin(login).filter(User::isActive).filter(user -> password.equals(passwords.get(user.id())));
    }

    /**
     * Makes a user, and a registration when one is given; for a user who exists, the registration alone. As FusionAuth
     * does: transactional events come before anything is visible to others, {@code .complete} events after.
     */
    Created create(@Nullable UUID wanted, JsonNode user, JsonNode registration) {
        var id = wanted == null ? UUID.randomUUID() : wanted;
        var existing = byId(id);
        if (existing.isEmpty()) {
            var errors = problems(user);
            if (!errors.isEmpty()) {
                return new Created.Invalid(errors);
            }
        } else if (registration.isMissingNode()) {
            return new Created.Invalid(Map.of("userId", "[duplicate]userId"));
        }
        var json = existing.map(known -> known.json().deepCopy()).orElseGet(() -> document(id, user));
        var registered = registration.isMissingNode() ? null : registrationDocument(registration);
        if (registered != null && json.path("registrations") instanceof ArrayNode registrations) {
            if (!new User(id, json).registration(applicationOf(registered)).isMissingNode()) {
                return new Created.Invalid(
                        Map.of("registration.applicationId", "[duplicate]registration.applicationId"));
            }
            registrations.add(registered);
        }
        if (existing.isEmpty() && !state.events.fire("user.create", Map.of("user", json))) {
            return new Created.Refused();
        }
        if (registered != null && !state.events.fire("user.registration.create", registrationEvent(json, registered))) {
            return new Created.Refused();
        }
        store(id, json);
        if (existing.isEmpty() && user.hasNonNull("password")) {
            passwords.put(id, user.path("password").asString());
        }
        if (existing.isEmpty()) {
            state.events.fire("user.create.complete", Map.of("user", json));
        }
        if (registered != null) {
            state.events.fire("user.registration.create.complete", registrationEvent(json, registered));
        }
        return new Created.Made(new User(id, json));
    }

    User newcomer(String email, boolean verified, List<String> roles) {
        var user = Json.MAPPER.createObjectNode().put("email", email).put("verified", verified);
        user.put("password", passwords.values().iterator().next());
        var registration = Json.MAPPER.createObjectNode().put("applicationId", state.applicationId);
        roles.forEach(registration.putArray("roles")::add);
        if (create(null, user, registration) instanceof Created.Made(var made)) {
            return made;
        }
        throw new IllegalStateException("could not be registered: " + email);
    }

    void changeRegistration(User user, Set<String> roles, String data) {
        var json = user.json().deepCopy();
        for (var registration : json.path("registrations")) {
            if (registration.path("applicationId").asString("").equals(state.applicationId)) {
                roles.forEach(((ObjectNode) registration).putArray("roles")::add);
                ((ObjectNode) registration).set("data", Json.MAPPER.readTree(data));
            }
        }
        put(user.id(), json);
    }

    /** Replaces a user's document; nobody is locked out meanwhile, so that concurrent changes lose updates (issue 3206). */
    User put(UUID id, ObjectNode json) {
        var stored = json.deepCopy();
        var password = stored.remove("password");
        if (password != null) {
            passwords.put(id, password.asString());
        }
        stored.put("lastUpdateInstant", Instant.now().toEpochMilli());
        store(id, stored);
        return new User(id, stored);
    }

    private void store(UUID id, ObjectNode json) {
        users.put(id, json);
        state.search.changed(id, json);
    }

    boolean delete(UUID id) {
        passwords.remove(id);
        state.search.changed(id, null);
        return users.remove(id) != null;
    }

    Map<String, Object> registrationEvent(JsonNode user, JsonNode registration) {
        var without = ((ObjectNode) user).deepCopy();
        without.putArray("registrations");
        var event = new LinkedHashMap<String, Object>();
        event.put("applicationId", applicationOf(registration));
        event.put("registration", registration);
        event.put("user", without);
        return event;
    }

    private static String applicationOf(JsonNode registration) {
        return registration.path("applicationId").asString("");
    }

    private Map<String, String> problems(JsonNode user) {
        var errors = new LinkedHashMap<String, String>();
        var email = user.path("email").asString("");
        if (email.isEmpty()
                && user.path("username").asString("").isEmpty()
                && user.path("phoneNumber").asString("").isEmpty()) {
            errors.put("user.email", "[blank]user.email");
        } else if (!email.isEmpty() && !email.matches("[^@\\s]+@[^@\\s]+")) {
            errors.put("user.email", "[notEmail]user.email");
        } else if (!email.isEmpty() && withLogin(email).isPresent()) {
            errors.put("user.email", "[duplicate]user.email");
        }
        var password = user.path("password").asString("");
        if (user.has("password") && password.length() < 7) {
            errors.put("user.password", "[tooShort]user.password");
        }
        return errors;
    }

    private ObjectNode document(UUID id, JsonNode user) {
        var json = ((ObjectNode) user).deepCopy();
        var now = Instant.now().toEpochMilli();
        json.remove(List.of("password", "registrations"));
        json.put("id", id.toString());
        json.put("tenantId", state.tenantId);
        json.put("active", true);
        json.put("verified", user.path("verified").asBoolean(false));
        json.put("insertInstant", now);
        json.put("lastUpdateInstant", now);
        json.putArray("registrations");
        if (!json.has("data")) {
            json.putObject("data");
        }
        return json;
    }

    ObjectNode registrationDocument(JsonNode registration) {
        var json = ((ObjectNode) registration).deepCopy();
        var now = Instant.now().toEpochMilli();
        json.put("id", UUID.randomUUID().toString());
        json.put("insertInstant", now);
        json.put("lastUpdateInstant", now);
        if (json.path("roles").isEmpty()) {
            var roles = json.putArray("roles");
            defaultRoles(applicationOf(json)).forEach(roles::add);
        }
        if (!json.has("data")) {
            json.putObject("data");
        }
        return json;
    }

    private Collection<String> defaultRoles(String application) {
        var roles = new ArrayList<String>();
        for (var role : state.configured("/api/application/" + application)
                .path("application")
                .path("roles")) {
            if (role.path("isDefault").asBoolean(false)) {
                roles.add(role.path("name").asString());
            }
        }
        return roles;
    }

    /** The roles that an application defines. */
    Set<String> definedRoles(String application) {
        var names = new ArrayList<String>();
        for (var role : state.configured("/api/application/" + application)
                .path("application")
                .path("roles")) {
            names.add(role.path("name").asString());
        }
        return Set.copyOf(names);
    }
}
