package app.almanac.webhooks;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which events took effect. */
@Component
class TakenEvents {

    private final JdbcClient jdbc;

    TakenEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean isTaken(UUID id) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM webhook_event WHERE id = :id)")
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    /** Whether it is new; another transaction that is taking it now is waited for. */
    boolean mark(UUID id) {
        return jdbc.sql("INSERT INTO webhook_event (id) VALUES (:id) ON CONFLICT DO NOTHING")
                        .param("id", id)
                        .update()
                == 1;
    }

    /** Older ones are refused by their age. */
    void forgetOld() {
        jdbc.sql("DELETE FROM webhook_event WHERE received_at < clock_timestamp() - interval '1 day'")
                .update();
    }
}
