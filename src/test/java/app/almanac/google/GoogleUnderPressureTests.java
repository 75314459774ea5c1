package app.almanac.google;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.accounts.AccountState;
import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.google.GoogleCalendarAnswer.Loaded;
import app.almanac.google.GoogleCalendarAnswer.Unreachable;
import app.almanac.journeys.MovableClock;
import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sandbox.Sandbox;

/** Whom Google asks for time, who lacks places of their own for calls, and how many one person may have. */
class GoogleUnderPressureTests {

    private static final int PLACES = 200;
    private static final int CALENDARS = 6;
    private static final String QUOTA =
            "{\"error\":{\"errors\":[{\"reason\":\"rateLimitExceeded\"}],\"code\":403,\"message\":\"Rate Limit Exceeded\"}}";

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private final UUID ana = UUID.randomUUID();
    private final UUID ben = UUID.randomUUID();
    private final Secret home = new Secret("1//planted-home");

    private HttpServer google;
    private volatile String failing = "";
    private volatile int status;
    private volatile Duration slowness = Duration.ZERO;

    @BeforeEach
    void start() throws IOException {
        Metrics.addRegistry(metrics);
        google = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PLACES);
        google.setExecutor(threads);
        google.createContext(
                "/token", exchange -> answer(exchange, "token", """
                {"access_token":"ya29.a","expires_in":3599,"scope":"%s"}""".formatted(String.join(" ", Scopes.ASKED))));
        google.createContext(
                "/calendar/v3/users/me/calendarList",
                exchange -> answer(
                        exchange,
                        "list",
                        IntStream.range(0, CALENDARS)
                                .mapToObj(id -> "{\"id\":\"c" + id + "\",\"summary\":\"c\",\"selected\":true}")
                                .collect(Collectors.joining(",", "{\"items\":[", "]}"))));
        google.createContext("/calendar/v3/calendars/", exchange -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            await(held, slowness);
            inFlight.decrementAndGet();
            answer(exchange, "events", "{\"kind\":\"calendar#events\",\"items\":[]}");
        });
        google.createContext("/held", exchange -> {
            inFlight.incrementAndGet();
            await(held, Duration.ofMinutes(2));
            answer(exchange, "held", "{}");
        });
        google.start();
    }

    @AfterEach
    void stop() {
        held.countDown();
        google.stop(0);
        threads.close();
        Metrics.removeRegistry(metrics);
    }

    @ParameterizedTest
    @CsvSource({"token,429", "token,503", "list,429", "list,403", "list,503", "events,429", "events,403", "events,503"})
    void aGoogleThatAsksForTwoMinutesHasThem(String where, int refusal) {
        var clock = new MovableClock();
        var calendars = calendars(clock, at());
        failing = where;
        status = refusal;

        assertThat(load(calendars, ana, home)).isInstanceOf(Unreachable.class);
        var asked = count(where);
        assertThat(asked).isPositive();
        clock.forward(Duration.ofSeconds(60));
        assertThat(load(calendars, ana, home)).isInstanceOf(Unreachable.class);
        assertThat(count(where)).isEqualTo(asked);

        clock.forward(Duration.ofSeconds(61));
        failing = "";
        assertThat(load(calendars, ana, home)).isInstanceOf(Loaded.class);
        assertThat(count(where)).isGreaterThan(asked);
    }

    @Test
    void whoHasManyPagesOpenLeavesPlacesForOthers() throws Exception {
        var calendars = calendars(Clock.systemUTC(), at());
        slowness = Duration.ofMillis(300);

        var accounts = IntStream.range(0, 40)
                .mapToObj(account -> threads.submit(() -> load(calendars, ana, new Secret("1//planted-" + account))))
                .toList();
        for (var account : accounts) {
            assertThat(account.get())
                    .isInstanceOfSatisfying(
                            Loaded.class,
                            loaded -> assertThat(loaded.calendars())
                                    .hasSize(CALENDARS)
                                    .noneMatch(Calendar::incomplete));
        }

        assertThat(most.get()).isBetween(2, 60);
    }

    @Test
    void aPlaceThatIsLackingIsNotGooglesFault() throws Exception {
        var calendars = calendars(Clock.fixed(Instant.parse("2026-11-24T08:00:00Z"), ZoneId.of("UTC")), at());
        var newcomer = new Secret("1//planted-newcomer");
        for (int i = 0; i < 3; i++) {
            assertThat(load(calendars, ben, home)).isInstanceOf(Loaded.class); // saves up a repetition
        }
        var listed = count("list");
        var holding = IntStream.range(0, PLACES)
                .mapToObj(place -> threads.submit(() ->
                        Upstream.send(Upstream.request(at().resolve("/held")).build(), Duration.ofMinutes(2))))
                .toList();
        Wait.until(() -> inFlight.get() == PLACES);

        assertThat(load(calendars, ana, newcomer)).isEqualTo(new Unreachable(Cause.NO_PLACE));
        var answer = load(calendars, ben, home);
        assertThat(answer).isEqualTo(new Unreachable(Cause.NO_PLACE));
        assertThat(AccountState.of(answer).state()).isEqualTo("loading");
        assertThat(calls("refresh token", "no-place")).isEqualTo(1);
        assertThat(calls("calendar list", "no-place")).isEqualTo(1);
        assertThat(count("list")).isEqualTo(listed);

        held.countDown();
        for (var call : holding) {
            call.get();
        }
        assertThat(load(calendars, ana, newcomer)).isInstanceOf(Loaded.class);
        assertThat(load(calendars, ben, home)).isInstanceOf(Loaded.class);
    }

    @Test
    void whoeverIsNotThereGaveNoAnswer() {
        var calendars = calendars(Clock.systemUTC(), URI.create("http://localhost:" + Sandbox.freePort()));

        assertThat(load(calendars, ana, home)).isEqualTo(new Unreachable(Cause.DOWN));

        assertThat(calls("calendar list", "no-answer")).isEqualTo(1);
        assertThat(calls("calendar list", "failed")).isZero();
    }

    private void answer(HttpExchange exchange, String what, String body) throws IOException {
        counts.computeIfAbsent(what, first -> new AtomicInteger()).incrementAndGet();
        var fails = failing.equals(what);
        var bytes = (fails ? QUOTA : body).getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        if (fails) {
            exchange.getResponseHeaders().set("Retry-After", "120");
        }
        exchange.sendResponseHeaders(fails ? status : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private int count(String what) {
        return counts.computeIfAbsent(what, first -> new AtomicInteger()).get();
    }

    private long calls(String operation, String outcome) {
        return metrics.find("almanac.upstream.calls").tags("operation", operation, "outcome", outcome).timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    private static void await(CountDownLatch latch, Duration atMost) {
        try {
            var ignored = latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI at() {
        return URI.create("http://localhost:" + google.getAddress().getPort());
    }

    private GoogleCalendars calendars(Clock clock, URI calendarUrl) {
        var settings = new GoogleSettings(
                "client",
                "secret",
                at(),
                at().resolve("/token"),
                at().resolve("/revoke"),
                at().resolve("/certs"),
                at().toString(),
                calendarUrl);
        return new GoogleCalendars(
                new CalendarCalls(settings), new GoogleAccessTokens(new TokenEndpoint(settings), clock), clock);
    }

    private static GoogleCalendarAnswer load(GoogleCalendars calendars, UUID person, Secret account) {
        return calendars.load(
                person,
                account,
                Instant.parse("2024-01-01T00:00:00Z"),
                Instant.parse("2024-02-01T00:00:00Z"),
                ZoneId.of("Europe/Berlin"));
    }
}
