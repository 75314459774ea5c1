package sandbox;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The part of FusionAuth's API that Almanac uses, with the rights of the calling key. */
final class FusionAuthApi {

    /** Answers what stands below one address. */
    interface Part {
        void answer(Exchange exchange) throws IOException;
    }

    final LinksApi links;
    final RefreshTokensApi refreshTokens;
    final SearchApi search;
    final EntitiesApi entities;
    private final FusionAuthState state;
    /** What was not as FusionAuth describes it; each once. */
    final Set<String> violations = ConcurrentHashMap.newKeySet();

    volatile boolean described = true;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    FusionAuthApi(FusionAuthState state) {
        this.state = state;
        links = new LinksApi(state);
        entities = new EntitiesApi(state);
        var users = new UsersApi(state);
        parts.put("/api/identity-provider/link", links);
        parts.put("/api/identity-provider", exchange -> {
            var address = exchange.path();
            var provider =
                    address.equals("/api/identity-provider") ? state.identityProviders() : state.configured(address);
            if (provider.isMissingNode() || !exchange.method().equals("GET")) {
                exchange.empty(404);
            } else {
                exchange.json(200, provider);
            }
        });
        refreshTokens = new RefreshTokensApi(state);
        parts.put("/api/jwt/refresh", refreshTokens);
        parts.put("/api/user/registration", users::registration);
        search = new SearchApi(state);
        parts.put("/api/user/search", search);
        parts.put("/api/user", users::user);
        parts.put("/api/entity", entities);
    }

    void answer(Exchange exchange) throws IOException {
        if (described) {
            OpenApi.check(exchange, violations::add);
        }
        var part = parts.entrySet().stream()
                .filter(entry -> exchange.path().equals(entry.getKey())
                        || exchange.path().startsWith(entry.getKey() + "/"))
                .findFirst();
        if (!state.allows(exchange.header("Authorization"), exchange.method(), exchange.path())) {
            exchange.empty(401);
        } else if (part.isPresent()) {
            part.get().getValue().answer(exchange);
        } else {
            exchange.empty(404);
        }
    }
}
