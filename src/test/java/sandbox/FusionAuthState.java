package sandbox;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the FusionAuth stand-in knows: made by executing the kickstart, changed by sign-ins and API calls. */
final class FusionAuthState {

    /** {@code roles} is null for somebody who is not registered for Almanac. */
    record User(
            UUID id,
            String email,
            String name,
            String password,
            @Nullable Set<String> roles) {}

    record Link(String sub, UUID user, String displayName, String token, Instant inserted, Instant lastLogin) {}

    record RefreshToken(UUID id, UUID user, String value, Instant started) {}

    final Map<UUID, User> users = new ConcurrentHashMap<>();
    final Map<String, Link> links = new ConcurrentHashMap<>();
    final Map<UUID, RefreshToken> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> keys = new ConcurrentHashMap<>();
    private final List<JsonNode> applications = new CopyOnWriteArrayList<>();

    String tenantId = "";
    String applicationId = "";
    String identityProviderId = "";
    String issuer = "";
    JsonNode application = Exchange.JSON.createObjectNode();
    JsonNode identityProvider = Exchange.JSON.createObjectNode();

    static FusionAuthState from(Path kickstart, Map<String, String> environment) {
        var state = new FusionAuthState();
        var file = new Kickstart(kickstart, environment);
        file.apiKeys().forEach(key -> state.keys.put(key.path("key").asString(), key.path("permissions")));
        file.requests().forEach(state::execute);
        return state;
    }

    private void execute(Kickstart.Request request) {
        var id = request.url().substring(request.url().lastIndexOf('/') + 1);
        var body = request.body();
        switch (request.url().substring(0, request.url().lastIndexOf('/'))) {
            case "/api/key/generate", "/api/theme" -> {}
            case "/api/tenant" -> {
                tenantId = id;
                issuer = body.path("tenant").path("issuer").asString();
            }
            case "/api/application" -> {
                applicationId = id;
                application = body.path("application");
                applications.add(application);
            }
            case "/api/identity-provider" -> {
                identityProviderId = id;
                identityProvider = body.path("identityProvider");
            }
            case "/api/user", "/api/user/registration" -> {
                var user = body.path("user");
                var registration = body.path("registration");
                users.put(
                        UUID.fromString(id),
                        new User(
                                UUID.fromString(id),
                                user.path("email").asString(),
                                user.path("fullName").asString(),
                                user.path("password").asString(),
                                registration.isMissingNode() ? null : strings(registration.path("roles"))));
            }
            default ->
                throw new IllegalStateException("the kickstart asks for what the sandbox lacks: " + request.url());
        }
    }

    JsonNode oauth() {
        return application.path("oauthConfiguration");
    }

    boolean isAuthorized(@Nullable String redirect) {
        return redirect != null
                && strings(oauth().path("authorizedRedirectURLs")).contains(redirect);
    }

    Optional<User> signIn(String email, String password) {
        return users.values().stream()
                .filter(user ->
                        user.email().equalsIgnoreCase(email) && user.password().equals(password))
                .findFirst();
    }

    User user(UUID id) {
        return java.util.Objects.requireNonNull(users.get(id), "no such user");
    }

    Optional<User> called(String email) {
        return users.values().stream()
                .filter(user -> user.email().equals(email))
                .findFirst();
    }

    /** Whether a key may do this; a key without permissions may do everything. */
    boolean allows(@Nullable String key, String method, String path) {
        var permissions = key == null ? null : keys.get(key);
        if (permissions == null) {
            return false;
        }
        if (permissions.isMissingNode()) {
            return true;
        }
        var endpoints = permissions.path("endpoints").properties().stream()
                .filter(endpoint -> path.equals(endpoint.getKey()) || path.startsWith(endpoint.getKey() + "/"))
                .max(java.util.Comparator.comparingInt(
                        endpoint -> endpoint.getKey().length()));
        return endpoints.isPresent() && strings(endpoints.get().getValue()).contains(method);
    }

    private static Set<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.toUnmodifiableSet());
    }
}
