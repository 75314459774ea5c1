package app.almanac.security;

import app.almanac.settings.AppUrl;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * Names a browser by a long-lived random cookie, which outlasts sessions, so that signing in again there is no second
 * device. It lets nobody in.
 */
@Component
public class Browser {

    private static final Duration LIFE = Duration.ofDays(400); // as long as browsers keep any cookie
    private static final int BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final String cookie;
    private final boolean secure;

    Browser(AppUrl url) {
        this.cookie = url.cookie("almanac-browser");
        this.secure = url.isHttps();
    }

    /** The browser's name; null when it has none, or has made one up. */
    public @Nullable String nameOf(HttpServletRequest request) {
        return request.getCookies() == null
                ? null
                : Stream.of(request.getCookies())
                        .filter(candidate -> candidate.getName().equals(cookie))
                        .map(Cookie::getValue)
                        .filter(value -> value.matches("[A-Za-z0-9_-]{32}"))
                        .findFirst()
                        .orElse(null);
    }

    /** The browser's name, given now if it has none; its life begins anew. */
    String name(HttpServletRequest request, HttpServletResponse response) {
        var known = nameOf(request);
        var name = known == null ? fresh() : known;
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(cookie, name)
                        .path("/")
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite("Lax")
                        .maxAge(LIFE)
                        .build()
                        .toString());
        return name;
    }

    private String fresh() {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
