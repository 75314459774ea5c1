package app.almanac.security;

import app.almanac.web.UnavailablePage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.coyote.ProtocolHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Stands at the door. Work in flight is bounded, and what finds no place is sent away at once with 503, never queued:
 * strangers first, then readers, then sign-ins, machines and sign-out, and the files of pages last. When Almanac is told to
 * stop it goes on serving for a moment, and asks every connection to close, so that nobody is cut off.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class Admission extends OncePerRequestFilter implements SmartLifecycle, MeterBinder {

    /** Who is let in up to which part of {@code REQUESTS_AT_ONCE}, in percent. */
    enum Rank {
        STRANGER(80),
        READER(100),
        SIGNING_IN(110),
        MACHINE(125),
        /** Only read: it waits for nobody, and a page without it helps no one. */
        ASSET(200);

        private final int percent;

        Rank(int percent) {
            this.percent = percent;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final long BETWEEN_WARNINGS = 10_000_000_000L;
    /** How long whoever has a connection may take to ask, once nobody new is let in. */
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final ServingSettings settings;
    private final CookieSerializer sessionCookie;
    private final UnavailablePage page;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());
    private volatile boolean running;
    private volatile boolean leaving;
    private volatile @Nullable ProtocolHandler door;

    Admission(ServingSettings settings, CookieSerializer sessionCookie, UnavailablePage page) {
        this.settings = settings;
        this.sessionCookie = sessionCookie;
        this.page = page;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (leaving) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        var places = Math.max(1, (long) settings.requestsAtOnce() * rank(request).percent / 100);
        try {
            if (inFlight.incrementAndGet() > places) {
                warn();
                page.show(request, response);
            } else {
                chain.doFilter(request, response);
            }
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private Rank rank(HttpServletRequest request) {
        var path = request.getServletPath();
        var isGet = "GET".equals(request.getMethod());
        if (path.startsWith("/assets/") && (isGet || "HEAD".equals(request.getMethod()))) {
            return Rank.ASSET;
        }
        if (isMachine(path, request) || (path.equals("/logout") && "POST".equals(request.getMethod()))) {
            return Rank.MACHINE;
        }
        if (isGet
                && (path.equals(SignInStart.PATH)
                        || path.startsWith(SignInStart.PATH + "/")
                        || path.startsWith("/accounts/connection/"))) {
            return Rank.SIGNING_IN; // or back with a code that is good for one use
        }
        return sessionCookie.readCookieValues(request).isEmpty() ? Rank.STRANGER : Rank.READER;
    }

    /** Whether it says so at least: who shows no credential at all is a stranger. */
    private static boolean isMachine(String path, HttpServletRequest request) {
        return (path.startsWith("/fusionauth/") || path.startsWith("/api/sessions/") || path.equals("/api/sessions"))
                && (request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getHeader("X-Hook-Token") != null);
    }

    /** One line for all that were refused since the last one. */
    private void warn() {
        refused.incrementAndGet();
        var now = System.nanoTime();
        var next = nextWarning.get();
        if (now - next >= 0 && nextWarning.compareAndSet(next, now + BETWEEN_WARNINGS)) {
            log.warn("Overloaded: {} requests were sent away", refused.getAndSet(0));
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("almanac.requests.in.flight", inFlight, AtomicInteger::get)
                .register(registry);
    }

    @Override
    public void start() {
        running = true;
    }

    /** The management port's server tells of itself as well. */
    @EventListener
    void opened(WebServerInitializedEvent opening) {
        if (opening.getApplicationContext().getServerNamespace() == null
                && opening.getWebServer() instanceof TomcatWebServer server) {
            door = server.getTomcat().getConnector().getProtocolHandler();
        }
    }

    @Override
    public void stop(Runnable whenDone) {
        running = false;
        leaving = true;
        Thread.startVirtualThread(() -> {
            try {
                if (settings.shutdownWait().isPositive()) {
                    Thread.sleep(settings.shutdownWait());
                    shutTheDoor();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                whenDone.run();
            }
        });
    }

    /**
     * Nobody can connect any more, and who has connected is served: the web server's own stopping closes at once, without
     * a word, each connection on which no request is at work yet.
     */
    private void shutTheDoor() {
        var open = door;
        if (open != null) {
            open.closeServerSocketGraceful();
            open.awaitConnectionsClose(LAST_WORD.toMillis());
        }
    }

    @Override
    public void stop() {
        running = false;
        leaving = true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server stops, and before the management port goes, which says meanwhile that we are leaving. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 256;
    }
}
