package app.almanac.roles;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Roles that a setting names and the application at FusionAuth does not define: told to the operator once, and not
 * asked for again for a while, so that nobody's sign-in waits for a refusal that is known.
 */
@Component
class UndefinedRoles {

    private static final Logger log = LoggerFactory.getLogger(UndefinedRoles.class);

    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Map<String, Instant> refused = new ConcurrentHashMap<>();
    private final Clock clock;

    UndefinedRoles(Clock clock) {
        this.clock = clock;
    }

    void add(String role) {
        if (refused.put(role, clock.instant()) == null) {
            log.error(
                    "FusionAuth's application does not define the role {}: define it there, or take it out of"
                            + " ROLES_BY_DOMAIN and ROLES_DEFAULT",
                    role);
        }
    }

    boolean contains(String role) {
        var when = refused.get(role);
        return when != null && when.plus(REMEMBERED).isAfter(clock.instant());
    }
}
