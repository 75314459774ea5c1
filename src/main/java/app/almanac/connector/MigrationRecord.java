package app.almanac.connector;

import app.almanac.fusionauth.PersonId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Who has come over from the legacy store, by id, and who failed, by a masked name. Failures are gathered and written
 * every few seconds, so that an attack costs a few statements and not one a guess.
 */
@Component
class MigrationRecord implements OldStore, DisposableBean {

    /** A day of UTC, and how many people came over on it. */
    record Day(LocalDate date, long people) {}

    /** How many were let in more than once, and when somebody last was; long ago when nobody was. */
    record Again(long people, Instant last) {}

    /** A masked login name with what went wrong, how often, and when last. */
    record Failed(String login, String reason, long times, Instant last) {}

    private record Arrival(PersonId person, boolean weak) {}

    private record Cause(String login, String reason) {}

    private static final Logger log = LoggerFactory.getLogger(MigrationRecord.class);

    private static final String MASK = "•••";
    private static final int GATHERED = 100;
    /** Waiting for PostgreSQL. */
    private static final int ARRIVALS = 10_000;

    /** Of each reason, so that a flood of one leaves the others. */
    private static final int KEPT = 200;
    /** What may be a password that was typed behind an address is none. */
    private static final Pattern HOST =
            Pattern.compile("(?=.{4,60}$)(?:[a-z0-9-]+\\.)+[a-z]{2,}", Pattern.CASE_INSENSITIVE);

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final Queue<Arrival> arrivals = new ArrayBlockingQueue<>(ARRIVALS);
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private final Map<Cause, Integer> gathered = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("migration-record").daemon().factory());

    MigrationRecord(JdbcClient jdbc) {
        this.jdbc = jdbc;
        var unused = writer.scheduleWithFixedDelay(this::write, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
        var unusedToo = writer.scheduleWithFixedDelay(this::forget, 1, TimeUnit.DAYS.toMinutes(1), TimeUnit.MINUTES);
    }

    /** FusionAuth does not wait for it. */
    void arrived(PersonId person, boolean weak) {
        if (!arrivals.offer(new Arrival(person, weak))) {
            log.warn("Somebody from the legacy store could not be recorded: too many wait for PostgreSQL");
        }
        if (!isAsked.getAndSet(true)) {
            writer.execute(() -> {
                isAsked.set(false);
                write();
            });
        }
    }

    @Override
    public boolean has(PersonId person) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM legacy_arrival WHERE person_id = :person)")
                .param("person", person.value())
                .query(Boolean.class)
                .single();
    }

    /** Many names at once are counted together, without a name. */
    void failed(String login, String reason) {
        var cause = new Cause(masked(login), reason);
        var isOneMore = gathered.size() >= GATHERED && !gathered.containsKey(cause);
        gathered.merge(isOneMore ? new Cause(MASK, reason) : cause, 1, Integer::sum);
    }

    /** Two characters and the domain where it can be one, or two characters, or the last two digits. */
    static String masked(String login) {
        var name = login.strip();
        var at = name.lastIndexOf('@');
        var digits = name.matches("\\+?[0-9 ()/.-]{5,}");
        if (digits) {
            return MASK + " " + name.substring(name.length() - 2);
        }
        var local = at < 0 ? name : name.substring(0, at);
        var domain = at < 0 ? "" : name.substring(at + 1);
        var shown =
                local.codePointCount(0, local.length()) <= 3 ? "" : local.substring(0, local.offsetByCodePoints(0, 2));
        var host = HOST.matcher(domain).matches() ? domain : MASK;
        return shown.replaceAll("\\p{Cntrl}", "�") + MASK + (at < 0 ? "" : "@" + host);
    }

    /** Writes what was gathered; what PostgreSQL does not take stays for the next time. */
    synchronized void write() {
        try {
            for (var arrival = arrivals.peek(); arrival != null; arrival = arrivals.peek()) {
                write(arrival);
                arrivals.remove();
            }
            var causes = Set.copyOf(gathered.keySet());
            for (var cause : causes) {
                var times = gathered.get(cause);
                if (times != null) {
                    write(cause, times);
                    gathered.computeIfPresent(cause, (same, now) -> now.equals(times) ? null : now - times);
                }
            }
            if (!causes.isEmpty()) {
                forgetOld();
            }
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "Sign-ins from the legacy store could not be recorded yet: {}",
                    e.getClass().getSimpleName());
        }
    }

    private void forget() {
        try {
            forgetOld();
        } catch (DataAccessException | TransactionException e) {
            log.debug("Old failures are forgotten another day");
        }
    }

    private void write(Arrival arrival) {
        jdbc.sql("""
                        INSERT INTO legacy_arrival (person_id, weak_hash) VALUES (:person, :weak)
                        ON CONFLICT (person_id) DO UPDATE
                            SET last_at = now(), times = legacy_arrival.times + 1, weak_hash = excluded.weak_hash
                        """)
                .param("person", arrival.person().value())
                .param("weak", arrival.weak())
                .update();
    }

    private void write(Cause cause, int times) {
        jdbc.sql("""
                        INSERT INTO legacy_failure (login, reason, times) VALUES (:login, :reason, :times)
                        ON CONFLICT (login, reason) DO UPDATE
                            SET times = legacy_failure.times + excluded.times, last_at = now()
                        """)
                .param("login", cause.login())
                .param("reason", cause.reason())
                .param("times", times)
                .update();
    }

    private void forgetOld() {
        jdbc.sql("""
                        DELETE FROM legacy_failure WHERE last_at < now() - interval '30 days' OR (login, reason) IN
                            (SELECT login, reason FROM
                                (SELECT login, reason, row_number() OVER (PARTITION BY reason ORDER BY last_at DESC) AS number
                                 FROM legacy_failure) AS numbered
                             WHERE number > :kept)
                        """).param("kept", KEPT).update();
    }

    long people() {
        return jdbc.sql("SELECT count(*) FROM legacy_arrival").query(Long.class).single();
    }

    /** How many came with a hash that is fast to guess. */
    long weak() {
        return jdbc.sql("SELECT count(*) FROM legacy_arrival WHERE weak_hash")
                .query(Long.class)
                .single();
    }

    Again again() {
        return jdbc.sql("SELECT count(*) AS people, max(last_at) AS last FROM legacy_arrival WHERE times > 1")
                .query((row, number) -> {
                    var last = row.getObject("last", OffsetDateTime.class);
                    return new Again(row.getLong("people"), last == null ? Instant.EPOCH : last.toInstant());
                })
                .single();
    }

    List<Day> days(int most) {
        return jdbc.sql("""
                        SELECT (first_at AT TIME ZONE 'UTC')::date AS day, count(*) AS people
                        FROM legacy_arrival GROUP BY 1 ORDER BY 1 DESC LIMIT :most
                        """)
                .param("most", most)
                .query((row, number) -> new Day(row.getObject("day", LocalDate.class), row.getLong("people")))
                .list();
    }

    /** The last ones of each reason, newest first. */
    List<Failed> failures(int most) {
        return jdbc.sql("""
                        SELECT login, reason, times, last_at FROM
                            (SELECT *, row_number() OVER (PARTITION BY reason ORDER BY last_at DESC) AS number
                             FROM legacy_failure WHERE last_at >= now() - interval '30 days') AS numbered
                        WHERE number <= :most ORDER BY last_at DESC
                        """)
                .param("most", most)
                .query((row, number) -> new Failed(
                        row.getString("login"),
                        row.getString("reason"),
                        row.getLong("times"),
                        row.getObject("last_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    @Override
    public void destroy() {
        writer.shutdown();
        write();
    }
}
