package app.almanac.webhooks;

import java.util.Set;

/**
 * A room's part at the door: it is handed each event of its types once, inside the transaction in which the event is
 * marked as taken. What it writes to PostgreSQL is committed with that mark, or not at all; it calls another
 * machine only where it cannot decide without, for a second at most. Order is not promised, and FusionAuth waits for the
 * answer.
 */
public interface EventTaker {

    /** {@code REFUSED} is answered 409: FusionAuth takes back what a transactional event tells of. */
    enum Verdict {
        ACCEPTED,
        REFUSED
    }

    /** FusionAuth's names, such as {@code user.login.success}. */
    Set<String> types();

    Verdict take(FusionAuthEvent event);
}
