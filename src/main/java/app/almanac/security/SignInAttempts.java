package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.stereotype.Component;

/**
 * Sign-ins under way, each in a session attribute named by its {@code state}, so that two tabs do not overwrite each
 * other; each knows the page that its tab was on. An attempt is used once, lives ten minutes, and a browser has at
 * most eight.
 */
@Component
class SignInAttempts implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {

    private record Attempt(
            OAuth2AuthorizationRequest request, @Nullable String target, Instant startedAt) implements Serializable {}

    private static final String PREFIX = "sign-in.";
    private static final String TARGET = SignInAttempts.class.getName() + ".target";
    private static final String KEPT = SignInAttempts.class.getName() + ".kept";
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int AT_MOST = 8;

    private final RequestCache requestedPages;
    private final FusionAuthSettings settings;
    private final Browser browser;
    private final Clock clock;

    SignInAttempts(RequestCache requestedPages, FusionAuthSettings settings, Browser browser, Clock clock) {
        this.requestedPages = requestedPages;
        this.settings = settings;
        this.browser = browser;
        this.clock = clock;
    }

    /** The page to go to after the attempt that this request has completed. */
    static Optional<String> target(HttpServletRequest request) {
        return Optional.ofNullable((String) request.getAttribute(TARGET));
    }

    /** The next attempt leads where this one would have led. */
    static void keepTarget(HttpServletRequest request) {
        target(request).ifPresent(page -> request.getSession().setAttribute(KEPT, page));
    }

    @Override
    public void saveAuthorizationRequest(
            @Nullable OAuth2AuthorizationRequest authorization,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (authorization == null) {
            return;
        }
        browser.name(request, response); // before any answer, so that two tabs' first sign-ins share it
        var session = request.getSession();
        makeRoom(session);
        var requested = requestedPages.getRequest(request, response);
        requestedPages.removeRequest(request, response);
        var target =
                requested == null ? (String) session.getAttribute(KEPT) : withinAlmanac(requested.getRedirectUrl());
        session.removeAttribute(KEPT);
        session.setAttribute(PREFIX + authorization.getState(), new Attempt(authorization, target, clock.instant()));
    }

    /** Path and query alone: the saved address has the host that the request's header named. */
    private static String withinAlmanac(String address) {
        var saved = URI.create(address);
        var query = saved.getRawQuery();
        return query == null ? saved.getRawPath() : saved.getRawPath() + "?" + query;
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
        var attempt = find(request);
        return attempt == null ? null : attempt.request();
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(
            HttpServletRequest request, HttpServletResponse response) {
        var attempt = find(request);
        if (attempt == null) {
            return null;
        }
        request.getSession().removeAttribute(PREFIX + request.getParameter("state"));
        var issuer = request.getParameter("iss");
        if (issuer != null && !issuer.equals(settings.issuer())) {
            throw new OAuth2AuthenticationException("invalid_issuer");
        }
        request.setAttribute(TARGET, attempt.target());
        return attempt.request();
    }

    private @Nullable Attempt find(HttpServletRequest request) {
        var session = request.getSession(false);
        var state = request.getParameter("state");
        if (session == null || state == null) {
            return null;
        }
        return session.getAttribute(PREFIX + state) instanceof Attempt attempt && !isTooOld(attempt) ? attempt : null;
    }

    private void makeRoom(HttpSession session) {
        var attempts = Collections.list(session.getAttributeNames()).stream()
                .filter(name -> name.startsWith(PREFIX))
                .sorted(Comparator.comparing(name -> startOf(session, name)))
                .toList();
        for (int i = 0; i < attempts.size(); i++) {
            var tooMany = attempts.size() - i >= AT_MOST;
            if (tooMany || startOf(session, attempts.get(i)).plus(LIFE).isBefore(clock.instant())) {
                session.removeAttribute(attempts.get(i));
            }
        }
    }

    private static Instant startOf(HttpSession session, String name) {
        return session.getAttribute(name) instanceof Attempt attempt ? attempt.startedAt() : Instant.EPOCH;
    }

    private boolean isTooOld(Attempt attempt) {
        return attempt.startedAt().plus(LIFE).isBefore(clock.instant());
    }
}
