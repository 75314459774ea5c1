package app.almanac.devices;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Ends the devices of sessions that ended by themselves, which Spring Session tells nobody of, and of sign-ins over the
 * limit that nobody decided on.
 */
@Component
class Sweeper {

    /** After that, signing in again leads back to the choice. */
    static final Duration UNDECIDED = Duration.ofMinutes(5);

    private final Devices devices;
    private final Duration unused;
    private final Duration life;

    Sweeper(
            Devices devices,
            @Value("${almanac.session.idle}") Duration idle,
            @Value("${almanac.session.life}") Duration life) {
        this.devices = devices;
        this.unused = idle.plus(DeviceGuard.betweenWrites(idle));
        this.life = life;
    }

    @Scheduled(fixedDelay = 10_000)
    void sweep() {
        devices.sweep(unused, life, UNDECIDED);
    }
}
