package sandbox;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The stand-in's single sign-on sessions: one user per browser, named by a cookie of its own. */
final class SingleSignOn {

    record Session(UUID user, Instant authenticated, String how) {}

    private static final String COOKIE = "standin.sso";

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();

    @Nullable
    Session current(Exchange exchange) {
        return exchange.cookie(COOKIE).map(sessions::get).orElse(null);
    }

    /** {@code how} is the token's {@code authenticationType}. */
    Session begin(Exchange exchange, UUID user, String how) {
        var session = new Session(user, Instant.now(), how);
        var id = UUID.randomUUID().toString();
        sessions.put(id, session);
        exchange.setCookie(COOKIE, id);
        return session;
    }

    void end(Exchange exchange) {
        exchange.cookie(COOKIE).ifPresent(sessions::remove);
        exchange.setCookie(COOKIE, "");
    }

    void endAll() {
        sessions.clear();
    }
}
