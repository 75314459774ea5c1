package app.almanac.web;

import app.almanac.settings.AppUrl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * The zone in which somebody sees dates and times: the one asked for, else the one remembered in a cookie, else the
 * browser's, which a script tells in another, else UTC.
 */
@Component
public class ViewerZone {

    /** All names that may be asked for. */
    private static final Set<String> NAMES = ZoneId.getAvailableZoneIds();

    private final String chosen;
    private final String browsers;
    private final boolean secure;

    ViewerZone(AppUrl url) {
        this.chosen = url.cookie("zone");
        this.browsers = url.cookie("browser-zone"); // zone.js writes it
        this.secure = url.isHttps();
    }

    /** Remembers the zone that was asked for, if one was. */
    public ZoneId of(@Nullable String asked, HttpServletRequest request, HttpServletResponse response) {
        if (asked == null || asked.isBlank()) {
            return remembered(request);
        }
        if (!NAMES.contains(asked)) {
            throw new BadParameter("zone");
        }
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(chosen, asked)
                        .path("/")
                        .maxAge(Duration.ofDays(365))
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite("Lax")
                        .build()
                        .toString());
        return ZoneId.of(asked);
    }

    public ZoneId remembered(HttpServletRequest request) {
        return cookie(request, chosen).or(() -> cookie(request, browsers)).orElse(ZoneId.of("UTC"));
    }

    /** Whether nobody has said a zone yet, so that a script may tell the browser's. */
    public boolean isUnknown(HttpServletRequest request) {
        return cookie(request, chosen).or(() -> cookie(request, browsers)).isEmpty();
    }

    private static Optional<ZoneId> cookie(HttpServletRequest request, String name) {
        return Optional.ofNullable(WebUtils.getCookie(request, name))
                .map(cookie -> cookie.getValue().replace("%2F", "/"))
                .filter(NAMES::contains)
                .map(ZoneId::of);
    }
}
