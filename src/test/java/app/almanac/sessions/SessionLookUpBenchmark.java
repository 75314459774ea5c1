package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.World;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;

/**
 * Look-ups among 100,000 sessions in PostgreSQL, with Spring Session JDBC's own look-up among as many beside them:
 * {@code ./mvnw test -Dtest=SessionLookUpBenchmark}. It is no part of {@code verify}. Each kind is warmed up, then
 * asked by a few callers at once in rounds that alternate, so that whatever else the machine does meets all alike.
 */
class SessionLookUpBenchmark {

    private static final int SESSIONS = 100_000;
    private static final int CALLERS = 4;
    private static final int ROUNDS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration ROUND = Duration.ofSeconds(5);

    /** Look-ups a second and how long one took, of all rounds. */
    private static final class Kind {

        private final String name;
        private final IntConsumer lookUp;
        private final List<long[]> nanos = new ArrayList<>();
        private double seconds;

        Kind(String name, IntConsumer lookUp) {
            this.name = name;
            this.lookUp = lookUp;
        }

        @Override
        public String toString() {
            var all = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return String.format(
                    Locale.ROOT,
                    "%-34s %,8.0f/s   p50 %6.2f ms   p99 %6.2f ms   p99.9 %6.2f ms   (%,d look-ups)",
                    name,
                    all.length / seconds,
                    at(all, 0.5),
                    at(all, 0.99),
                    at(all, 0.999),
                    all.length);
        }

        private static double at(long[] sorted, double part) {
            return sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * part))] / 1e6;
        }
    }

    @Test
    void lookUpsAmongOneHundredThousandSessions() throws Exception {
        try (var world = World.with()) {
            var identifiers = fill(world);
            SessionRepository<? extends Session> spring = world.bean(JdbcIndexedSessionRepository.class);
            var springs = fill(world, spring);
            analyzed(world);
            var sessions = world.bean(BusinessSessions.class);
            var http = HttpClient.newHttpClient();
            var token = "Bearer " + world.sandbox().settings().get("SESSIONS_TOKEN");

            var kinds = List.of(
                    new Kind("session service, in process", i -> found(sessions, identifiers.get(i))),
                    new Kind(
                            "Spring Session JDBC, in process",
                            i -> assertThat(spring.findById(springs.get(i))).isNotNull()),
                    new Kind("session service, over HTTP", i -> found(http, world.url(), identifiers.get(i), token)));
            for (var kind : kinds) {
                measure(new Kind(kind.name, kind.lookUp), WARM_UP);
            }
            for (int round = 0; round < ROUNDS; round++) {
                kinds.forEach(kind -> measure(kind, ROUND));
            }

            System.out.printf(
                    "%n%,d sessions, %d callers, %d processors, PostgreSQL on the same machine%n",
                    SESSIONS, CALLERS, Runtime.getRuntime().availableProcessors());
            kinds.forEach(System.out::println);
        }
    }

    private static void analyzed(World world) {
        world.bean(JdbcTemplate.class)
                .execute("VACUUM ANALYZE business_session, spring_session, spring_session_attributes");
    }

    private static void measure(Kind kind, Duration time) {
        var until = System.nanoTime() + time.toNanos();
        var begun = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var callers = IntStream.range(0, CALLERS)
                    .<Callable<long[]>>mapToObj(caller -> () -> {
                        var random = new Random(caller);
                        var nanos = new long[2_000_000];
                        int count = 0;
                        while (System.nanoTime() < until && count < nanos.length) {
                            var before = System.nanoTime();
                            kind.lookUp.accept(random.nextInt(SESSIONS));
                            nanos[count++] = System.nanoTime() - before;
                        }
                        return Arrays.copyOf(nanos, count);
                    })
                    .toList();
            for (var result : threads.invokeAll(callers)) {
                kind.nanos.add(result.get());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        kind.seconds += (System.nanoTime() - begun) / 1e9;
    }

    private static void found(BusinessSessions sessions, String identifier) {
        assertThat(SessionServiceContract.given(sessions.find(identifier))).isPresent();
    }

    private static void found(HttpClient http, URI url, String identifier, String token) {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(url.resolve("/api/sessions/" + identifier))
                            .header("Authorization", token)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begun as any other, with a token of the usual length. */
    private static List<String> fill(World world) {
        var fusionAuth = world.sandbox().fusionAuth();
        var token = fusionAuth.accessToken("ana@example.com", Duration.ofHours(2), Map.of());
        var user = fusionAuth.idOf("ana@example.com").toString();
        var sessions = world.bean(BusinessSessions.class);
        return filled(i -> {
            var identifier = UUID.randomUUID() + "~shop-" + i % 500;
            var request = SessionRequest.from(Caller.json(Caller.body(user, token, "indicator", "shop " + i % 500)));
            SessionServiceContract.begun(sessions.begin(identifier, request));
            return identifier;
        });
    }

    /** With the same token as the one attribute. */
    private static List<String> fill(World world, SessionRepository<? extends Session> spring) {
        var token = world.sandbox().fusionAuth().accessToken("ana@example.com", Duration.ofHours(2), Map.of());
        return filled(i -> begun(spring, token));
    }

    private static <S extends Session> String begun(SessionRepository<S> spring, String token) {
        var session = spring.createSession();
        session.setAttribute("accessToken", token);
        session.setMaxInactiveInterval(Duration.ofHours(2));
        spring.save(session);
        return session.getId();
    }

    private static List<String> filled(IntFunction<String> begin) {
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var tasks = IntStream.range(0, SESSIONS)
                    .<Callable<String>>mapToObj(i -> () -> begin.apply(i))
                    .toList();
            var identifiers = new ArrayList<String>();
            for (var identifier : threads.invokeAll(tasks)) {
                identifiers.add(identifier.get());
            }
            return identifiers;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
