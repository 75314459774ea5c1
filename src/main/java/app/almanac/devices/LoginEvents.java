package app.almanac.devices;

import app.almanac.fusionauth.PersonId;
import app.almanac.security.HostedConnectionBegun;
import app.almanac.webhooks.EventTaker;
import app.almanac.webhooks.FusionAuthEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The simple policy: where the operator has made {@code user.login.success} transactional, a sign-in over the limit is
 * refused on FusionAuth's own page. The event tells no browser apart, so that whoever is at the limit has to sign out
 * first, also to sign in again in the same browser; somebody who is connecting an account is let pass.
 */
@Component
class LoginEvents implements EventTaker {

    private static final String LOGIN = "user.login.success";
    private static final String REVOKED = "jwt.refresh-token.revoke";

    /** As long as an attempt to connect an account may take. */
    private static final Duration CONNECTING = Duration.ofMinutes(10);

    private final Devices devices;
    private final DeviceRows rows;
    private final DeviceSettings settings;
    private final Clock clock;

    LoginEvents(Devices devices, DeviceRows rows, DeviceSettings settings, Clock clock) {
        this.devices = devices;
        this.rows = rows;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of(LOGIN, REVOKED);
    }

    @Override
    public Verdict take(FusionAuthEvent event) {
        if (event.type().equals(REVOKED)) {
            event.text("refreshToken", "id").flatMap(LoginEvents::id).ifPresent(devices::revoked);
            return Verdict.ACCEPTED;
        }
        // Without an application it is nobody who is registered for Almanac.
        var decides = settings.devicesPolicy() == DeviceSettings.Policy.REFUSE && event.applicationId() != null;
        return !decides || event.person().filter(person -> !mayEnter(person)).isEmpty()
                ? Verdict.ACCEPTED
                : Verdict.REFUSED;
    }

    private boolean mayEnter(PersonId person) {
        return rows.isConnecting(person, clock.instant()) || devices.hasRoom(person);
    }

    @EventListener
    void on(HostedConnectionBegun begun) {
        if (settings.devicesPolicy() == DeviceSettings.Policy.REFUSE) {
            rows.connecting(begun.person(), clock.instant().plus(CONNECTING));
        }
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }
}
