package app.almanac.doctor;

import app.almanac.settings.Finding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * The doctor's findings as the component {@code setup} of the health on the management port, at most ten minutes old.
 * ATTENTION leaves the whole up: Almanac itself is well, and nobody should restart it for FusionAuth's or Google's sake.
 */
@Component
class SetupHealthIndicator implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(SetupHealthIndicator.class);

    private static final Status ATTENTION = new Status("ATTENTION");
    private static final Duration KEPT = Duration.ofMinutes(10);

    /** How long whoever asks waits for an examination. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Doctor doctor;
    private final Clock clock;
    private @Nullable CompletableFuture<Health> latest;
    private Instant begun = Instant.EPOCH;
    private volatile Health known = Health.unknown().build();

    SetupHealthIndicator(Doctor doctor, Clock clock) {
        this.doctor = doctor;
        this.clock = clock;
    }

    /** Peers that hang make an examination long: meanwhile whoever asks is told the one before, or that there is none yet. */
    @Override
    public Health health() {
        return latest().copy()
                .completeOnTimeout(known, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private synchronized CompletableFuture<Health> latest() {
        var now = clock.instant();
        var examination = latest;
        if (examination == null || (examination.isDone() && begun.plus(KEPT).isBefore(now))) {
            begun = now;
            examination = CompletableFuture.supplyAsync(this::examined, Thread::startVirtualThread);
            latest = examination;
        }
        return examination;
    }

    private Health examined() {
        try {
            known = health(doctor.examine());
        } catch (RuntimeException surprise) {
            log.error(
                    "The set-up could not be examined: {}", surprise.getClass().getSimpleName());
        }
        return known;
    }

    private static Health health(List<Finding> findings) {
        var health =
                findings.stream().anyMatch(Finding.Wrong.class::isInstance) ? Health.status(ATTENTION) : Health.up();
        var details = new LinkedHashMap<String, List<String>>();
        for (var finding : findings) {
            switch (finding) {
                case Finding.Well ignored -> {}
                case Finding.Unseen(var about, var what) -> add(details, "notSeen", about + " " + what);
                case Finding.Doubtful(var about, var what, var mend) ->
                    add(details, "doubtful", about + " " + what + ". Mend: " + mend);
                case Finding.Wrong(var about, var what, var mend) ->
                    add(details, "wrong", about + " " + what + ". Mend: " + mend);
            }
        }
        return health.withDetails(details).build();
    }

    private static void add(Map<String, List<String>> details, String kind, String sentence) {
        details.computeIfAbsent(kind, none -> new ArrayList<>()).add(sentence);
    }
}
