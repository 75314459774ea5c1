package sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the FusionAuth stand-in knows: made by executing the kickstart, changed by sign-ins and API calls. What the
 * kickstart configures (application, forms, lambdas, webhooks …) is kept as it was sent, by the address it was sent to.
 */
final class FusionAuthState {

    record Link(
            String identityProvider,
            String sub,
            UUID user,
            String displayName,
            String token,
            Instant inserted,
            Instant lastLogin) {}

    /** {@code application} is null for a single sign-on session, which FusionAuth lists among the refresh tokens. */
    record RefreshToken(
            UUID id,
            @Nullable String application,
            UUID user,
            String value,
            Instant started,
            Map<String, Object> device) {}

    final FusionAuthUsers users;
    final SearchIndex search = new SearchIndex(System::currentTimeMillis);
    final FusionAuthEvents events;
    final Map<UUID, RefreshToken> refreshTokens = new ConcurrentHashMap<>();
    final Signer signer = new Signer("sandbox-fusionauth");
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> keys = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> configuration = new ConcurrentHashMap<>();

    final String tenantId;
    final String applicationId;
    /** The identity provider whose links are connected accounts. */
    final String identityProviderId;

    /** Whether webhooks, lambdas and connectors have the time that the kickstart gives them, and not twenty times as much. */
    volatile boolean punctual = false;

    FusionAuthState(Path kickstart, Map<String, String> environment) {
        var file = new Kickstart(kickstart, environment);
        tenantId = file.variable("defaultTenantId");
        applicationId = file.variable("applicationId");
        identityProviderId = file.variable("googleIdpId");
        events = new FusionAuthEvents(this);
        users = new FusionAuthUsers(this);
        configuration.put("/api/tenant/" + tenantId, newTenant());
        file.apiKeys().forEach(key -> keys.put(key.path("key").asString(), key.path("permissions")));
        file.requests().forEach(this::execute);
    }

    private void execute(Kickstart.Request request) {
        var kind = request.url().replaceAll("/[0-9a-f-]{36}.*$", "");
        switch (kind) {
            case "/api/user", "/api/user/registration" -> {
                var id = UUID.fromString(request.url().substring(request.url().lastIndexOf('/') + 1));
                var made = users.create(
                        id, request.body().path("user"), request.body().path("registration"));
                if (!(made instanceof FusionAuthUsers.Created.Made)) {
                    throw new IllegalStateException("the kickstart's user was refused: " + made);
                }
            }
            case "/api/key/generate",
                    "/api/key/import",
                    "/api/theme",
                    "/api/tenant",
                    "/api/application",
                    "/api/identity-provider",
                    "/api/lambda",
                    "/api/form",
                    "/api/form/field",
                    "/api/webhook",
                    "/api/entity/type",
                    "/api/connector",
                    "/api/email/template" ->
                configuration.merge(
                        request.url(),
                        (ObjectNode) request.body(),
                        (before, patch) -> request.replacesArrays()
                                ? Json.mergePatched(before, patch)
                                : Json.patched(before, patch));
            default ->
                throw new IllegalStateException("the kickstart asks for what the sandbox lacks: " + request.url());
        }
    }

    /** What FusionAuth's default tenant has before anybody changes it. */
    private static ObjectNode newTenant() {
        var tenant = Json.MAPPER.createObjectNode();
        var policy = tenant.putObject("tenant").putArray("connectorPolicies").addObject();
        policy.put("connectorId", Connectors.BUILT_IN);
        policy.putArray("domains").add("*");
        policy.put("migrate", false);
        return tenant;
    }

    /** What was configured at an address such as {@code /api/lambda/{id}}; missing when nothing was. */
    JsonNode configured(String address) {
        var found = configuration.get(address);
        return found == null ? Json.MISSING : found;
    }

    /** All that was configured at addresses of a kind, such as {@code /api/webhook}. */
    Map<String, JsonNode> configuredAt(String kind) {
        return configuration.entrySet().stream()
                .filter(entry -> entry.getKey().matches(kind + "/[^/]+"))
                .collect(Collectors.toMap(
                        entry -> entry.getKey().substring(kind.length() + 1), entry -> entry.getValue()));
    }

    void configure(String address, ObjectNode body) {
        configuration.merge(address, body, (before, patch) -> Json.patched(before, patch));
    }

    void reconfigure(String address, String json) {
        configuration.compute(
                address,
                (same, before) -> Json.mergePatched(
                        before == null ? Json.MAPPER.createObjectNode() : before, Json.MAPPER.readTree(json)));
    }

    void withhold(String key, String path, String method) {
        keys.computeIfPresent(key, (same, before) -> {
            var permissions = before.deepCopy();
            var methods = (ArrayNode) permissions.path("endpoints").path(path);
            for (int i = methods.size() - 1; i >= 0; i--) {
                if (methods.get(i).asString("").equals(method)) {
                    methods.remove(i);
                }
            }
            return permissions;
        });
    }

    JsonNode application() {
        return configured("/api/application/" + applicationId).path("application");
    }

    /** How long to wait for what a webhook, a lambda's call or a connector of these options asks. */
    Duration patience(JsonNode options) {
        return Duration.ofMillis(options.path("readTimeout").asInt(2000)).multipliedBy(punctual ? 1 : 20);
    }

    JsonNode tenant() {
        return configured("/api/tenant/" + tenantId).path("tenant");
    }

    String issuer() {
        return tenant().path("issuer").asString();
    }

    JsonNode identityProvider(String id) {
        return configured("/api/identity-provider/" + id).path("identityProvider");
    }

    /** All of them, as FusionAuth lists them. */
    JsonNode identityProviders() {
        var list = Json.MAPPER.createObjectNode();
        var providers = list.putArray("identityProviders");
        configuredAt("/api/identity-provider")
                .forEach((id, provider) -> providers
                        .addObject()
                        .setAll((ObjectNode) provider.path("identityProvider"))
                        .put("id", id));
        return list;
    }

    JsonNode oauth() {
        return application().path("oauthConfiguration");
    }

    boolean isAuthorized(@Nullable String redirect) {
        return redirect != null
                && strings(oauth().path("authorizedRedirectURLs")).contains(redirect);
    }

    @Nullable
    Link link(String identityProvider, String sub) {
        return links.get(identityProvider + " " + sub);
    }

    void link(Link link) {
        links.put(link.identityProvider() + " " + link.sub(), link);
    }

    void unlink(String identityProvider, String sub) {
        links.remove(identityProvider + " " + sub);
    }

    Iterable<Link> links() {
        return links.values();
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
                .max(Comparator.comparingInt(endpoint -> endpoint.getKey().length()));
        return endpoints.isPresent() && strings(endpoints.get().getValue()).contains(method);
    }

    static Set<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.toUnmodifiableSet());
    }

    Optional<FusionAuthUsers.User> called(String email) {
        return users.withLogin(email);
    }
}
