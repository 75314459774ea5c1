package app.almanac.devices;

import app.almanac.security.SignInStep;
import app.almanac.security.SignedOut;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Asks {@link Devices} at every sign-in, as the last step: whoever is in then has a session next. */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class SignInOnDevice implements SignInStep {

    private final Devices devices;

    SignInOnDevice(Devices devices) {
        this.devices = devices;
    }

    @Override
    public Verdict take(SigningIn signIn) {
        return switch (devices.arrive(signIn)) {
            case IN, WAITS -> new Verdict.GoOn(signIn.person());
            case REFUSED -> new Verdict.Refused("too-many-devices");
            case PROVE -> new Verdict.ProveAgain();
            case ENDED, UNSETTLED -> new Verdict.Refused("expired");
        };
    }

    @EventListener
    void on(SignedOut left) {
        devices.left(left.person(), left.refreshToken(), left.browser());
    }
}
