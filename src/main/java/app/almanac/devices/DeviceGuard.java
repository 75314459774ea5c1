package app.almanac.devices;

import app.almanac.security.Browser;
import app.almanac.security.CurrentPerson;
import app.almanac.security.SessionGuard;
import app.almanac.security.SessionSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.stereotype.Component;

/**
 * Looks at each request whether its device is still one: one row, read by its key. So signing a device out takes effect
 * on its next request, at every instance. When it was last seen is written once in a few minutes.
 */
@Component
class DeviceGuard implements SessionGuard {

    static final String CHOICE = "/devices/choice";

    private static final String OWN = DeviceGuard.class.getName() + ".own";
    private static final Duration OFTEN_ENOUGH = Duration.ofMinutes(3);

    private final DeviceRows rows;
    private final Browser browsers;
    private final Clock clock;
    private final Duration betweenWrites;
    private final RequestMatcher waysOut;

    DeviceGuard(DeviceRows rows, Browser browsers, Clock clock, SessionSettings sessions) {
        this.rows = rows;
        this.browsers = browsers;
        this.clock = clock;
        this.betweenWrites = betweenWrites(sessions.idle());
        var paths = PathPatternRequestMatcher.withDefaults();
        this.waysOut = new OrRequestMatcher(
                paths.matcher(HttpMethod.POST, "/devices/{id}/sign-out"),
                paths.matcher(HttpMethod.POST, "/devices/sign-out-others"),
                paths.matcher(HttpMethod.POST, CHOICE));
    }

    /** A session that lasts for minutes only must not look unused between two writes. */
    static Duration betweenWrites(Duration idle) {
        var quarter = idle.dividedBy(4);
        return quarter.compareTo(OFTEN_ENOUGH) < 0 ? quarter : OFTEN_ENOUGH;
    }

    /** The device that a request comes from. */
    static Device own(HttpServletRequest request) {
        if (request.getAttribute(OWN) instanceof DeviceRows.Found found) {
            return found.device();
        }
        throw new IllegalStateException("nobody is signed in");
    }

    /** Whether a device in use has other devices to be told of. */
    static boolean hasNews(HttpServletRequest request) {
        return request.getAttribute(OWN) instanceof DeviceRows.Found found
                && found.news()
                && found.device().isLive();
    }

    @Override
    public Verdict of(CurrentPerson person, HttpServletRequest request) {
        var found = rows.find(person.id(), person.refreshTokenId(), Devices.hashOf(browsers.nameOf(request)));
        if (found.isEmpty()) {
            return new Verdict.Over(Farewell.because("over"));
        }
        var device = found.get().device();
        var end = device.end();
        if (end != null) {
            return new Verdict.Over(new Farewell(end.reason(), end.by(), end.at()));
        }
        request.setAttribute(OWN, found.get());
        var now = clock.instant();
        if (device.lastSeen().plus(betweenWrites).isBefore(now)) {
            rows.seen(device.id(), now, request.getRemoteAddr());
        }
        return device.isWaiting()
                ? new Verdict.Confined(CHOICE)
                : new Verdict.GoOn(person.withRefreshToken(device.refreshToken()));
    }

    @Override
    public boolean isWayOut(HttpServletRequest request) {
        return waysOut.matches(request);
    }
}
