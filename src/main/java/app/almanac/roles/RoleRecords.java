package app.almanac.roles;

import app.almanac.fusionauth.PersonId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** What Almanac itself knows of roles: which a rule gave, which somebody gave by hand, and what was changed when. */
@Component
class RoleRecords {

    record ByRule(String domain, Instant since) {}

    record ByHand(PersonId givenBy, Instant since) {}

    /** Why one person has roles, by the role's name. */
    record Known(Map<String, ByRule> byRule, Map<String, ByHand> byHand) {

        static final Known NOTHING = new Known(Map.of(), Map.of());
    }

    /** One change; a rule made it ({@code domain}) or somebody did ({@code by}). */
    record Change(
            PersonId person,
            String role,
            boolean given,
            @Nullable String domain,
            @Nullable PersonId by,
            Instant at) {}

    /** How many may hold a connection while FusionAuth answers: the pool has others for who only reads. */
    private static final int AT_ONCE = 5;

    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    RoleRecords(JdbcClient jdbc, TransactionOperations transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    Known of(PersonId person) {
        return of(List.of(person)).getOrDefault(person, Known.NOTHING);
    }

    /** Those of whom Almanac knows nothing are left out. */
    Map<PersonId, Known> of(Collection<PersonId> people) {
        var known = new HashMap<PersonId, Known>();
        var ids = people.stream().map(PersonId::value).toArray(UUID[]::new);
        jdbc.sql("SELECT person_id, role, domain, since FROM role_by_rule WHERE person_id = ANY (:people)")
                .param("people", ids)
                .query((RowCallbackHandler) row -> of(row, known)
                        .byRule()
                        .put(row.getString("role"), new ByRule(row.getString("domain"), instant(row, "since"))));
        jdbc.sql("SELECT person_id, role, given_by, since FROM role_by_hand WHERE person_id = ANY (:people)")
                .param("people", ids)
                .query((RowCallbackHandler) row -> of(row, known)
                        .byHand()
                        .put(
                                row.getString("role"),
                                new ByHand(
                                        new PersonId(row.getObject("given_by", UUID.class)), instant(row, "since"))));
        return known;
    }

    private static Known of(ResultSet row, Map<PersonId, Known> known) throws SQLException {
        return known.computeIfAbsent(
                new PersonId(row.getObject("person_id", UUID.class)),
                person -> new Known(new HashMap<>(), new HashMap<>()));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    /**
     * Runs what changes somebody's roles while nobody else in Almanac does; what takes the role of an administrator
     * away names {@code admins} too. The calls inside have short deadlines; they keep a connection, so only a few run at
     * once, and others wait for a place as they wait for their turn.
     *
     * @throws org.springframework.dao.PessimisticLockingFailureException when it is not their turn within the wait
     */
    <T> T alone(List<String> locks, Duration wait, Supplier<T> change) {
        if (!hasPlace(wait)) {
            throw new CannotAcquireLockException("too many changes of roles at once");
        }
        try {
            return inTransaction(locks, wait, change);
        } finally {
            places.release();
        }
    }

    private boolean hasPlace(Duration wait) {
        try {
            return places.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private <T> T inTransaction(List<String> locks, Duration wait, Supplier<T> change) {
        return Objects.requireNonNull(transactions.execute(status -> {
            jdbc.sql("SELECT set_config('lock_timeout', :wait, true)")
                    .param("wait", wait.toMillis() + "ms")
                    .query((row, number) -> 0)
                    .single();
            locks.stream()
                    .sorted()
                    .forEach(lock -> jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 20))")
                            .param("lock", "roles " + lock)
                            .query((row, number) -> 0)
                            .single());
            return change.get();
        }));
    }

    /** From now on, these are the roles that rules gave, each with its domain. */
    void ruled(PersonId person, Map<String, String> domains) {
        jdbc.sql("DELETE FROM role_by_rule WHERE person_id = :person AND NOT role = ANY (:roles)")
                .param("person", person.value())
                .param("roles", domains.keySet().toArray(String[]::new))
                .update();
        domains.forEach((role, domain) -> ruledToo(person, role, domain));
    }

    /** A rule gives this role, besides what others give. */
    void ruledToo(PersonId person, String role, String domain) {
        jdbc.sql("""
                        INSERT INTO role_by_rule (person_id, role, domain) VALUES (:person, :role, :domain)
                        ON CONFLICT (person_id, role) DO UPDATE SET domain = excluded.domain, since = now()
                        WHERE role_by_rule.domain <> excluded.domain
                        """)
                .param("person", person.value())
                .param("role", role)
                .param("domain", domain)
                .update();
    }

    void givenByHand(PersonId person, String role, PersonId by) {
        jdbc.sql("""
                        INSERT INTO role_by_hand (person_id, role, given_by) VALUES (:person, :role, :by)
                        ON CONFLICT (person_id, role) DO UPDATE SET given_by = excluded.given_by, since = now()
                        """)
                .param("person", person.value())
                .param("role", role)
                .param("by", by.value())
                .update();
    }

    /** Neither a rule's nor anybody's any more. */
    void taken(PersonId person, String role) {
        jdbc.sql("DELETE FROM role_by_rule WHERE person_id = :person AND role = :role")
                .param("person", person.value())
                .param("role", role)
                .update();
        takenByHand(person, role);
    }

    void takenByHand(PersonId person, String role) {
        jdbc.sql("DELETE FROM role_by_hand WHERE person_id = :person AND role = :role")
                .param("person", person.value())
                .param("role", role)
                .update();
    }

    void changed(PersonId person, String role, boolean given, @Nullable String domain, @Nullable PersonId by) {
        jdbc.sql("""
                        INSERT INTO role_change (person_id, role, given, domain, by_person)
                        VALUES (:person, :role, :given, :domain, :by)
                        """)
                .param("person", person.value())
                .param("role", role)
                .param("given", given)
                .param("domain", domain)
                .param("by", by == null ? null : by.value())
                .update();
    }

    /** The newest changes first, of one person or of everybody. */
    List<Change> history(Optional<PersonId> person, int most) {
        return jdbc.sql("""
                        SELECT person_id, role, given, domain, by_person, changed_at FROM role_change
                        WHERE CAST(:person AS UUID) IS NULL OR person_id = :person ORDER BY id DESC LIMIT :most
                        """)
                .param("person", person.map(PersonId::value).orElse(null))
                .param("most", most)
                .query((row, number) -> new Change(
                        new PersonId(row.getObject("person_id", UUID.class)),
                        row.getString("role"),
                        row.getBoolean("given"),
                        row.getString("domain"),
                        Optional.ofNullable(row.getObject("by_person", UUID.class))
                                .map(PersonId::new)
                                .orElse(null),
                        instant(row, "changed_at")))
                .list();
    }
}
