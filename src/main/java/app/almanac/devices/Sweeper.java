package app.almanac.devices;

import app.almanac.security.SessionSettings;
import java.time.Duration;
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

    Sweeper(Devices devices, SessionSettings sessions) {
        this.devices = devices;
        this.unused = sessions.idle().plus(DeviceGuard.betweenWrites(sessions.idle()));
        this.life = sessions.life();
    }

    @Scheduled(fixedDelay = 10_000)
    void sweep() {
        devices.sweep(unused, life, UNDECIDED);
    }
}
