package sandbox;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The part of FusionAuth's API that Almanac uses, with the rights of the calling key. */
final class FusionAuthApi {

    /** What POST of a link that exists does: the documentation does not say, so all three are possible. */
    public enum ExistingLink {
        CONFLICT,
        REPLACES_TOKEN,
        KEEPS_TOKEN
    }

    private final FusionAuthState state;
    volatile ExistingLink existingLink = ExistingLink.CONFLICT;

    FusionAuthApi(FusionAuthState state) {
        this.state = state;
    }

    void answer(Exchange exchange) throws IOException {
        if (!state.allows(exchange.header("Authorization"), exchange.method(), exchange.path())) {
            exchange.empty(401);
        } else if (exchange.path().equals("/api/identity-provider/link")) {
            links(exchange);
        } else if (exchange.path().startsWith("/api/jwt/refresh")) {
            refreshTokens(exchange);
        } else if (exchange.path().startsWith("/api/user/")) {
            user(exchange);
        } else {
            exchange.empty(404);
        }
    }

    private void links(Exchange exchange) throws IOException {
        var query = exchange.query();
        switch (exchange.method()) {
            case "GET" -> {
                var sub = query.get("identityProviderUserId");
                var user = query.get("userId");
                if (sub == null) {
                    var found = state.links.values().stream()
                            .filter(link -> link.user().toString().equals(user))
                            .map(this::json)
                            .toList();
                    exchange.json(200, Map.of("identityProviderLinks", found));
                    return;
                }
                var link = state.links.get(sub);
                if (link == null || (user != null && !link.user().toString().equals(user))) {
                    exchange.empty(404);
                } else {
                    exchange.json(200, Map.of("identityProviderLink", json(link)));
                }
            }
            case "POST" -> {
                var wanted = exchange.json().path("identityProviderLink");
                var sub = wanted.path("identityProviderUserId").asString();
                var user = UUID.fromString(wanted.path("userId").asString());
                var token = wanted.path("token").asString("");
                var existing = state.links.get(sub);
                if (existing != null && (!existing.user().equals(user) || existingLink == ExistingLink.CONFLICT)) {
                    exchange.json(
                            409,
                            Map.of(
                                    "generalErrors",
                                    List.of(Map.of("code", "[conflict]", "message", "exists already"))));
                    return;
                }
                var now = Instant.now();
                var link = new FusionAuthState.Link(
                        sub,
                        user,
                        wanted.path("displayName").asString(""),
                        existing != null && existingLink == ExistingLink.KEEPS_TOKEN ? existing.token() : token,
                        now,
                        now);
                state.links.put(sub, link);
                exchange.json(200, Map.of("identityProviderLink", json(link)));
            }
            case "DELETE" -> {
                var link = state.links.get(String.valueOf(query.get("identityProviderUserId")));
                if (link == null || !link.user().toString().equals(query.get("userId"))) {
                    exchange.empty(404);
                } else {
                    state.links.remove(link.sub());
                    exchange.empty(200);
                }
            }
            default -> exchange.empty(405);
        }
    }

    private Map<String, Object> json(FusionAuthState.Link link) {
        var json = new LinkedHashMap<String, Object>();
        json.put("displayName", link.displayName());
        json.put("identityProviderId", state.identityProviderId);
        json.put("identityProviderType", "OpenIDConnect");
        json.put("identityProviderUserId", link.sub());
        json.put("insertInstant", link.inserted().toEpochMilli());
        json.put("lastLoginInstant", link.lastLogin().toEpochMilli());
        json.put("tenantId", state.tenantId);
        if (!link.token().isEmpty()) {
            json.put("token", link.token());
        }
        json.put("userId", link.user().toString());
        return json;
    }

    private void refreshTokens(Exchange exchange) throws IOException {
        var id = exchange.path().equals("/api/jwt/refresh") ? null : UUID.fromString(exchange.tail());
        var user = exchange.query().get("userId");
        if (exchange.method().equals("DELETE")) {
            var gone = id != null
                    ? state.refreshTokens.remove(id) != null
                    : state.refreshTokens
                            .values()
                            .removeIf(token -> token.user().toString().equals(user));
            exchange.empty(gone ? 200 : 404);
        } else if (id != null) {
            var token = state.refreshTokens.get(id);
            if (token == null) {
                exchange.empty(404);
            } else {
                exchange.json(200, Map.of("refreshToken", json(token)));
            }
        } else {
            exchange.json(
                    200,
                    Map.of(
                            "refreshTokens",
                            state.refreshTokens.values().stream()
                                    .filter(token -> token.user().toString().equals(user))
                                    .map(this::json)
                                    .toList()));
        }
    }

    private Map<String, Object> json(FusionAuthState.RefreshToken token) {
        return Map.of(
                "id", token.id().toString(),
                "applicationId", state.applicationId,
                "tenantId", state.tenantId,
                "userId", token.user().toString(),
                "startInstant", token.started().toEpochMilli());
    }

    private void user(Exchange exchange) throws IOException {
        var user = state.users.values().stream()
                .filter(known -> known.id().toString().equals(exchange.tail()))
                .findFirst()
                .orElse(null);
        if (user == null || !exchange.method().equals("GET")) {
            exchange.empty(404);
            return;
        }
        var roles = user.roles();
        var registrations =
                roles == null ? List.of() : List.of(Map.of("applicationId", state.applicationId, "roles", roles));
        exchange.json(
                200,
                Map.of(
                        "user",
                        Map.of(
                                "id", user.id().toString(),
                                "email", user.email(),
                                "fullName", user.name(),
                                "active", true,
                                "registrations", registrations)));
    }
}
