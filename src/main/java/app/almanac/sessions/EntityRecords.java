package app.almanac.sessions;

import app.almanac.fusionauth.Entities;
import app.almanac.fusionauth.EntitiesAnswer;
import app.almanac.fusionauth.Entity;
import app.almanac.fusionauth.EntityAnswer;
import app.almanac.fusionauth.PersonId;
import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sessions as entities of FusionAuth. One is read and written by its id, and never depends on the search, which only
 * finds ids for the lists and the sweep. Fields are named {@code session_…}, since the index knows one type for each
 * field of all entities of an installation; what is searched by is hexadecimal, which no analyser splits.
 */
final class EntityRecords implements SessionRecords {

    private static final Logger log = LoggerFactory.getLogger(EntityRecords.class);

    private static final String NAME = "Session";

    /** Keeps the index from taking an indicator such as 2026-11-24 for a date, and the field for one of dates. */
    private static final String INDICATOR = "=";

    private static final int TRIES = 5;
    private static final int PAGE = 500;
    private static final int WINDOW = 10_000;
    private static final int AT_ONCE = 8;
    /** So much at once, and the rest the next time. */
    private static final int SWEPT = 500;

    private static final Duration SWEEP = Duration.ofSeconds(30);
    /** How long somebody waits at the most who ends many. */
    private static final Duration ENDING = Duration.ofSeconds(20);

    private static final int HOLDERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** More than the clocks of two instances differ by. */
    private static final Duration NEARLY_ENDED = Duration.ofSeconds(10);

    private static final Comparator<SessionRecord> NEWEST_FIRST = Comparator.comparing(SessionRecord::createdAt)
            .reversed()
            .thenComparing(record -> record.id().value());

    private final Entities entities;
    private final UUID type;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Semaphore holders = new Semaphore(HOLDERS);
    private final ExecutorService threads = Upstream.threads();
    private final Semaphore places = new Semaphore(AT_ONCE);

    EntityRecords(Entities entities, UUID type, JdbcClient jdbc, TransactionTemplate transaction) {
        this.entities = entities;
        this.type = type;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public Answer<Optional<SessionRecord>> find(SessionId id) {
        return switch (entities.byId(id.value(), type)) {
            case EntityAnswer.Absent ignored -> new Answer.Given<>(Optional.empty());
            case EntityAnswer.AnotherOnes ignored -> new Answer.Unavailable<>();
            case EntityAnswer.Unavailable ignored -> new Answer.Unavailable<>();
            case EntityAnswer.Known(var entity) -> {
                var record = record(entity);
                yield record.filter(found -> found.id().equals(id)).isPresent()
                        ? new Answer.Given<>(record)
                        : new Answer.Unavailable<>();
            }
        };
    }

    @Override
    public Answer<Written> write(SessionRecord record, Instant now) {
        for (int tried = 0; tried < TRIES; tried++) {
            var answer = attempt(record, now, false);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        log.error("FusionAuth refused {} times to write an entity that it could read", TRIES);
        return new Answer.Unavailable<>();
    }

    /**
     * Reads before it writes: what makes no sense is not overwritten. A record that the sweep may be about to delete is
     * written under the sweep's lock. Nothing when somebody else was faster.
     */
    private Optional<Answer<Written>> attempt(SessionRecord record, Instant now, boolean locked) {
        if (!(find(record.id()) instanceof Answer.Given<Optional<SessionRecord>>(var before))) {
            return Optional.of(new Answer.Unavailable<>());
        }
        if (!locked
                && before.filter(found -> !found.isValid(now.plus(NEARLY_ENDED)))
                        .isPresent()) {
            return holding(record.id().value(), () -> attempt(record, now, true))
                    .orElseGet(() -> Optional.of(new Answer.Unavailable<>()));
        }
        var result = before.map(found -> new Written(record.beginningAfter(found, now), !record.continues(found, now)))
                .orElseGet(() -> new Written(record.createdAt(), true));
        var entity = entity(record.since(result.createdAt()));
        return switch (before.isPresent() ? entities.replace(entity, NAME) : entities.create(entity, NAME)) {
            case WRITTEN -> Optional.of(new Answer.Given<>(result));
            case NOT_NOW -> Optional.empty();
            case UNAVAILABLE -> Optional.of(new Answer.Unavailable<>());
        };
    }

    @Override
    public Answer<Boolean> delete(UUID id) {
        return switch (entities.delete(id, type)) {
            case DELETED -> new Answer.Given<>(true);
            case NOT_THERE -> new Answer.Given<>(false);
            case UNAVAILABLE -> new Answer.Unavailable<>();
        };
    }

    @Override
    public Answer<Page> list(SessionFilter filter, int most, Instant now) {
        return search(query(filter), most, found -> found.isValid(now) && filter.matches(found));
    }

    @Override
    public Answer<Ending> end(SessionFilter filter, int count, Instant now) {
        if (!(list(filter, WINDOW, now) instanceof Answer.Given<Page>(var page))) {
            return new Answer.Unavailable<>();
        }
        if (page.total() != count) {
            return new Answer.Given<>(new Ending.AnotherCount(page.total()));
        }
        var stopped = new AtomicBoolean();
        var until = System.nanoTime() + ENDING.toNanos();
        var deletions = page.records().stream()
                .map(record -> threads.submit(() -> {
                    places.acquire();
                    try {
                        if (stopped.get() || System.nanoTime() > until) {
                            return false;
                        }
                        var gone = delete(record.id().value()) instanceof Answer.Given;
                        if (!gone) {
                            stopped.set(true);
                        }
                        return gone;
                    } finally {
                        places.release();
                    }
                }))
                .toList();
        int ended = 0;
        for (var deletion : deletions) {
            ended += isTrue(deletion) ? 1 : 0;
        }
        return new Answer.Given<>(ended == count ? new Ending.All(ended) : new Ending.Some(ended, count - ended));
    }

    /** What the index thinks has ended is read again: it lags, and the session may go on. */
    @Override
    public Answer<Integer> sweep(Instant now) {
        var query = "data.session_expires_at:[0 TO " + now.toEpochMilli() + "]";
        if (!(search(query, SWEPT, found -> !found.isValid(now)) instanceof Answer.Given<Page>(var page))) {
            return new Answer.Unavailable<>();
        }
        var until = System.nanoTime() + SWEEP.toNanos();
        int swept = 0;
        for (var ended : page.records()) {
            if (System.nanoTime() > until) {
                break;
            }
            switch (holding(ended.id().value(), () -> sweep(ended.id(), now))
                    .orElseGet(() -> new Answer.Given<>(false))) {
                case Answer.Given<Boolean>(var deleted) -> swept += deleted ? 1 : 0;
                case Answer.Unavailable<Boolean> ignored -> {
                    return new Answer.Unavailable<>();
                }
            }
        }
        return new Answer.Given<>(swept);
    }

    private Answer<Boolean> sweep(SessionId id, Instant now) {
        if (!(find(id) instanceof Answer.Given<Optional<SessionRecord>>(var record))) {
            return new Answer.Unavailable<>();
        }
        if (record.isEmpty() || record.get().isValid(now)) {
            return new Answer.Given<>(false);
        }
        return delete(id.value());
    }

    /**
     * An entity cannot be deleted on condition, so the sweep and whoever begins an ended session anew exclude each other
     * by a lock in PostgreSQL. It is held during some bounded calls, and only for records that have ended. A connection
     * is held as long, and pages want those too: so a few at once, and nothing where somebody else has the lock.
     */
    private <T> Optional<T> holding(UUID id, Supplier<T> act) {
        try {
            if (!holders.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            return transaction.execute(status -> isLocked(id) ? Optional.of(act.get()) : Optional.empty());
        } finally {
            holders.release();
        }
    }

    private boolean isLocked(UUID id) {
        return jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtextextended(:id, 60))")
                .param("id", id.toString())
                .query(Boolean.class)
                .single();
    }

    private Answer<Page> search(String query, int most, Predicate<SessionRecord> wanted) {
        var found = new ArrayList<SessionRecord>();
        long inTheIndex;
        int from = 0;
        do {
            if (!(entities.search(type, query, from, PAGE) instanceof EntitiesAnswer.Known(var some, var total))) {
                return new Answer.Unavailable<>();
            }
            some.stream()
                    .map(this::record)
                    .flatMap(Optional::stream)
                    .filter(wanted)
                    .forEach(found::add);
            inTheIndex = total;
            from += PAGE;
        } while (from < Math.min(inTheIndex, WINDOW) && found.size() <= most);
        var total = from < inTheIndex ? (int) Math.min(inTheIndex, Integer.MAX_VALUE) : found.size();
        return new Answer.Given<>(
                new Page(found.stream().sorted(NEWEST_FIRST).limit(most).toList(), total));
    }

    private static String query(SessionFilter filter) {
        var terms = new ArrayList<String>();
        if (filter.person() != null) {
            terms.add("data.session_user:" + searchable(filter.person()));
        }
        if (filter.indicator() != null) {
            terms.add("data.session_indicator_hash:" + searchable(filter.indicator()));
        }
        return String.join(" AND ", terms);
    }

    private static String searchable(PersonId person) {
        return person.toString().replace("-", "");
    }

    private static String searchable(String indicator) {
        return new Secret(indicator).fingerprint();
    }

    private Entity entity(SessionRecord record) {
        var data = new LinkedHashMap<String, Object>();
        data.put("session_identifier", record.id().hash());
        data.put("session_user_id", record.person().toString());
        data.put("session_user", searchable(record.person()));
        if (record.indicator() != null) {
            data.put("session_indicator", INDICATOR + record.indicator());
            data.put("session_indicator_hash", searchable(record.indicator()));
        }
        data.put("session_created_at", record.createdAt().toEpochMilli());
        data.put("session_expires_at", record.expiresAt().toEpochMilli());
        data.put("session_key_id", record.keyId());
        data.put("session_sealed", record.box());
        return new Entity(record.id().value(), type, data);
    }

    private Optional<SessionRecord> record(Entity entity) {
        var data = entity.data();
        if (data.get("session_identifier") instanceof String hash
                && data.get("session_user_id") instanceof String user
                && data.get("session_created_at") instanceof Number created
                && data.get("session_expires_at") instanceof Number expires
                && data.get("session_key_id") instanceof String key
                && data.get("session_sealed") instanceof String box) {
            try {
                return Optional.of(new SessionRecord(
                        new SessionId(hash, entity.id()),
                        PersonId.of(user),
                        indicator(data),
                        Instant.ofEpochMilli(created.longValue()),
                        Instant.ofEpochMilli(expires.longValue()),
                        key,
                        box));
            } catch (IllegalArgumentException noUser) {
                // told below
            }
        }
        log.error("An entity of the type Session holds no session");
        return Optional.empty();
    }

    private static @Nullable String indicator(Map<String, Object> data) {
        return data.get("session_indicator") instanceof String marked && marked.startsWith(INDICATOR)
                ? marked.substring(INDICATOR.length())
                : null;
    }

    private static boolean isTrue(Future<Boolean> deletion) {
        try {
            return deletion.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a session could not be ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
