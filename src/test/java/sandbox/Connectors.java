package sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sandbox.FusionAuthUsers.Created;
import sandbox.FusionAuthUsers.User;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Passwords, checked by the connectors of the tenant's policies: whoever is known stays with the connector that let them
 * in first, anybody else is tried by the policies in order. Whatever a Generic Connector answers but a good 200 is "no".
 */
final class Connectors {

    static final String BUILT_IN = "e3306678-a53a-4964-9040-1c96f36dda72";

    private final FusionAuthState state;
    private final HttpClient http = HttpClient.newHttpClient();

    Connectors(FusionAuthState state) {
        this.state = state;
    }

    Optional<User> signIn(String login, String password, Exchange browser) {
        var known = state.users.withLogin(login);
        if (known.isPresent()) {
            var own = known.get().json().path("connectorId").asString(BUILT_IN);
            return own.equals(BUILT_IN)
                    ? state.users.signIn(login, password)
                    : ask(own, login, password, browser).flatMap(answer -> kept(own, answer, false, password));
        }
        for (var policy : state.tenant().path("connectorPolicies")) {
            var connector = policy.path("connectorId").asString("");
            if (connector.equals(BUILT_IN) || !isFor(policy, login)) {
                continue;
            }
            var answer = ask(connector, login, password, browser);
            if (answer.isPresent()) {
                return kept(connector, answer.get(), policy.path("migrate").asBoolean(), password);
            }
        }
        return Optional.empty();
    }

    private static boolean isFor(JsonNode policy, String login) {
        var domains = FusionAuthState.strings(policy.path("domains"));
        return domains.contains("*") || domains.contains(login.substring(login.lastIndexOf('@') + 1));
    }

    private Optional<ObjectNode> ask(String id, String login, String password, Exchange browser) {
        var connector = state.configured("/api/connector/" + id).path("connector");
        var request = Json.MAPPER.createObjectNode();
        request.put("applicationId", state.applicationId);
        request.put("loginId", login);
        request.putArray("loginIdTypes");
        request.put("password", password);
        var device = request.putObject("eventInfo");
        device.put("deviceType", "BROWSER");
        device.put("ipAddress", browser.address());
        device.put("userAgent", Objects.requireNonNullElse(browser.header("User-Agent"), ""));
        request.put("newDevice", false);
        request.put("noJWT", false);
        var post = HttpRequest.newBuilder(
                        URI.create(connector.path("authenticationURL").asString()))
                .timeout(state.patience(connector))
                .header("Content-Type", "application/json")
                .header("Authorization", basic(connector))
                .POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(request)));
        connector
                .path("headers")
                .properties()
                .forEach(
                        header -> post.header(header.getKey(), header.getValue().asString()));
        try {
            var answer = http.send(post.build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? user(answer.body()) : Optional.empty();
        } catch (IOException noAnswer) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String basic(JsonNode connector) {
        var both = connector.path("httpAuthenticationUsername").asString("") + ":"
                + connector.path("httpAuthenticationPassword").asString("");
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    /** An id that is a UUID, and one of address, user name and phone number: else FusionAuth takes nobody. */
    private static Optional<ObjectNode> user(String body) {
        try {
            return Json.MAPPER.readTree(body).path("user") instanceof ObjectNode user
                            && idOf(user) != null
                            && List.of("email", "username", "phoneNumber").stream()
                                    .anyMatch(user::hasNonNull)
                    ? Optional.of(user)
                    : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static @Nullable UUID idOf(ObjectNode user) {
        try {
            return UUID.fromString(user.path("id").asString(""));
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    /**
     * Migrating, FusionAuth keeps the typed password and never asks again; otherwise it keeps the connector, and takes
     * over what it answers at every sign-in, registrations included.
     */
    private Optional<User> kept(String connector, ObjectNode answer, boolean migrate, String password) {
        var id = Objects.requireNonNull(idOf(answer));
        var user = answer.deepCopy();
        user.put("connectorId", migrate ? BUILT_IN : connector);
        if (!user.has("fullName")) {
            user.put(
                    "fullName",
                    (user.path("firstName").asString("") + " "
                                    + user.path("lastName").asString(""))
                            .strip());
        }
        if (migrate) {
            user.put("password", password);
        }
        var existing = state.users.byId(id);
        if (existing.isEmpty()) {
            var registration = user.path("registrations").path(0);
            return state.users.create(id, user, registration) instanceof Created.Made(var made)
                    ? Optional.of(made)
                    : Optional.empty();
        }
        var json = existing.get().json().deepCopy();
        json.setAll(user);
        var registrations = json.putArray("registrations");
        user.path("registrations").forEach(given -> registrations.add(state.users.registrationDocument(given)));
        return Optional.of(state.users.put(id, json)).filter(User::isActive);
    }
}
