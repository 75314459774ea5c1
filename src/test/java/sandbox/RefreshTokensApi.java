package sandbox;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code /api/jwt/refresh}. */
final class RefreshTokensApi implements FusionAuthApi.Part {

    /** Every so manieth revocation fails; none when zero. */
    volatile int refusing;

    /** Whether listings fail. */
    volatile boolean listingDown;

    private final AtomicInteger deletions = new AtomicInteger();
    private final FusionAuthState state;

    RefreshTokensApi(FusionAuthState state) {
        this.state = state;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        var id = exchange.path().equals("/api/jwt/refresh") ? null : UUID.fromString(exchange.tail());
        var user = exchange.query().get("userId");
        if (exchange.method().equals("DELETE") && refusing > 0 && deletions.incrementAndGet() % refusing == 0) {
            exchange.empty(503);
        } else if (exchange.method().equals("GET") && id == null && listingDown) {
            exchange.empty(503);
        } else if (exchange.method().equals("DELETE")) {
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
        var json = new LinkedHashMap<String, Object>();
        json.put("id", token.id().toString());
        if (token.application() != null) {
            json.put("applicationId", token.application());
        }
        json.put("tenantId", state.tenantId);
        json.put("userId", token.user().toString());
        json.put("insertInstant", token.started().toEpochMilli());
        json.put("startInstant", token.started().toEpochMilli());
        json.put("metaData", Map.of("device", token.device()));
        return json;
    }
}
