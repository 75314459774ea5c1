package app.almanac.sessions;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Removes sessions that have ended, each minute. Nobody waits for it: what has ended is not served before either. */
@Component
class Sweep {

    private static final Logger log = LoggerFactory.getLogger(Sweep.class);

    private final SessionServiceSettings settings;
    private final SessionRecords records;
    private final Clock clock;

    Sweep(SessionServiceSettings settings, SessionRecords records, Clock clock) {
        this.settings = settings;
        this.records = records;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 60, fixedDelay = 60, timeUnit = TimeUnit.SECONDS)
    void sweep() {
        if (!settings.isOn()) {
            return;
        }
        try {
            switch (records.sweep(clock.instant())) {
                case SessionRecords.Answer.Given<Integer>(var swept)
                when swept > 0 -> log.info("Removed {} sessions that had ended", swept);
                case SessionRecords.Answer.Given<Integer> ignored -> {}
                case SessionRecords.Answer.Unavailable<Integer> ignored ->
                    log.warn("Ended sessions were not removed: FusionAuth does not answer");
            }
        } catch (DataAccessException | TransactionException e) {
            log.warn("Ended sessions were not removed: {}", e.getClass().getSimpleName());
        }
    }
}
