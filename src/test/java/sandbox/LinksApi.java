package sandbox;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code /api/identity-provider/link}. */
final class LinksApi implements FusionAuthApi.Part {

    /** What POST of a link that exists does: the documentation does not say, so all three are possible. */
    enum ExistingLink {
        CONFLICT,
        REPLACES_TOKEN,
        KEEPS_TOKEN
    }

    private final FusionAuthState state;
    volatile ExistingLink existingLink = ExistingLink.CONFLICT;

    LinksApi(FusionAuthState state) {
        this.state = state;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        switch (exchange.method()) {
            case "GET" -> read(exchange);
            case "POST" -> write(exchange);
            case "DELETE" -> delete(exchange);
            default -> exchange.empty(405);
        }
    }

    private void read(Exchange exchange) throws IOException {
        var query = exchange.query();
        var provider = query.get("identityProviderId");
        var sub = query.get("identityProviderUserId");
        var user = query.get("userId");
        if (sub == null) {
            var found = new ArrayList<Map<String, Object>>();
            for (var link : state.links()) {
                if (link.user().toString().equals(user)
                        && (provider == null || provider.equals(link.identityProvider()))) {
                    found.add(json(link));
                }
            }
            exchange.json(200, Map.of("identityProviderLinks", found));
            return;
        }
        var link = state.link(String.valueOf(provider), sub);
        if (link == null || (user != null && !link.user().toString().equals(user))) {
            exchange.empty(404);
        } else {
            exchange.json(200, Map.of("identityProviderLink", json(link)));
        }
    }

    private void write(Exchange exchange) throws IOException {
        var wanted = exchange.json().path("identityProviderLink");
        if (!wanted.hasNonNull("userId")) {
            exchange.json(
                    400, Map.of("generalErrors", List.of(Map.of("code", "[missing]userId", "message", "no user"))));
            return;
        }
        var provider = wanted.path("identityProviderId").asString();
        var sub = wanted.path("identityProviderUserId").asString();
        var user = UUID.fromString(wanted.path("userId").asString());
        var token = wanted.path("token").asString("");
        var existing = state.link(provider, sub);
        if (existing != null && (!existing.user().equals(user) || existingLink == ExistingLink.CONFLICT)) {
            exchange.json(
                    409, Map.of("generalErrors", List.of(Map.of("code", "[conflict]", "message", "exists already"))));
            return;
        }
        var now = Instant.now();
        var link = new FusionAuthState.Link(
                provider,
                sub,
                user,
                wanted.path("displayName").asString(""),
                existing != null && existingLink == ExistingLink.KEEPS_TOKEN ? existing.token() : token,
                now,
                now);
        state.link(link);
        exchange.json(200, Map.of("identityProviderLink", json(link)));
    }

    private void delete(Exchange exchange) throws IOException {
        var query = exchange.query();
        var link = state.link(
                String.valueOf(query.get("identityProviderId")), String.valueOf(query.get("identityProviderUserId")));
        if (link == null || !link.user().toString().equals(query.get("userId"))) {
            exchange.empty(404);
        } else {
            state.unlink(link.identityProvider(), link.sub());
            exchange.empty(200);
        }
    }

    private Map<String, Object> json(FusionAuthState.Link link) {
        var json = new LinkedHashMap<String, Object>();
        json.put("displayName", link.displayName());
        json.put("identityProviderId", link.identityProvider());
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
}
