package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import app.almanac.journeys.World;
import app.almanac.upstream.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
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
    private static final int AT_ONCE = 2_000;
    private static final int CALLERS = 4;
    private static final int ROUNDS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
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

    /** Sealed as any other, with a token of the usual length. */
    private static List<String> fill(World world) {
        var token = new Secret(token(world));
        var person = new PersonId(world.sandbox().fusionAuth().idOf("ana@example.com"));
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var sessions = world.bean(BusinessSessions.class);
        var identifiers = new ArrayList<String>();
        var rows = new ArrayList<Object[]>();
        for (int i = 0; i < SESSIONS; i++) {
            var identifier = UUID.randomUUID() + "~shop-" + i % 500;
            var indicator = "shop " + i % 500;
            var end = now.plus(Duration.ofHours(8));
            var record = sessions.sealed(new BusinessSession(identifier, person, indicator, token, now, end, null));
            identifiers.add(identifier);
            rows.add(new Object[] {
                record.id().value(),
                record.id().hash(),
                person.value(),
                indicator,
                now.atOffset(ZoneOffset.UTC),
                end.atOffset(ZoneOffset.UTC),
                record.keyId(),
                record.box()
            });
        }
        world.bean(JdbcTemplate.class)
                .batchUpdate("INSERT INTO business_session VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows);
        return identifiers;
    }

    /** One with the same token as its attribute, saved by Spring Session, and copies of it. */
    private static <S extends Session> List<String> fill(World world, SessionRepository<S> spring) {
        var session = spring.createSession();
        session.setAttribute("accessToken", token(world));
        session.setMaxInactiveInterval(Duration.ofHours(8));
        spring.save(session);
        var jdbc = world.bean(JdbcTemplate.class);
        for (int copied = 0; copied < SESSIONS; copied += AT_ONCE) {
            jdbc.update("""
                    WITH original AS (SELECT * FROM spring_session WHERE session_id = ?),
                        copies AS (
                            INSERT INTO spring_session SELECT gen_random_uuid()::text, gen_random_uuid()::text,
                                creation_time, last_access_time, max_inactive_interval, expiry_time, principal_name
                            FROM original, generate_series(1, ?) RETURNING primary_id)
                    INSERT INTO spring_session_attributes
                    SELECT copies.primary_id, attribute_name, attribute_bytes
                    FROM copies, original, spring_session_attributes
                    WHERE session_primary_id = original.primary_id
                    """, session.getId(), AT_ONCE);
        }
        return jdbc.query(
                "SELECT session_id FROM spring_session LIMIT " + SESSIONS,
                (row, number) -> String.valueOf(row.getString(1)));
    }

    private static String token(World world) {
        return world.sandbox().fusionAuth().accessToken("ana@example.com", Duration.ofHours(8), Map.of());
    }
}
