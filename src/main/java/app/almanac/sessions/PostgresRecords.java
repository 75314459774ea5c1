package app.almanac.sessions;

import app.almanac.fusionauth.PersonId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Sessions in PostgreSQL, for FusionAuth's community edition, which has no entities. */
final class PostgresRecords implements SessionRecords {

    private static final int SWEPT_AT_ONCE = 10_000;
    private static final int TRIES = 5;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    PostgresRecords(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public Answer<Optional<SessionRecord>> find(SessionId id) {
        return new Answer.Given<>(jdbc.sql("SELECT * FROM business_session WHERE id = :id AND identifier_hash = :hash")
                .param("id", id.value())
                .param("hash", id.hash())
                .query(PostgresRecords::record)
                .optional());
    }

    @Override
    public Answer<Written> write(SessionRecord record, Instant now) {
        for (int tried = 0; tried < TRIES; tried++) {
            if (insert(record)) {
                return new Answer.Given<>(new Written(record.createdAt(), true));
            }
            var written = transaction.execute(status -> replace(record, now));
            if (written.isPresent()) {
                return new Answer.Given<>(written.get());
            }
        }
        return new Answer.Unavailable<>(); // written and ended by many at once
    }

    private boolean insert(SessionRecord record) {
        return jdbc.sql("""
                        INSERT INTO business_session
                            (id, identifier_hash, user_id, indicator, created_at, expires_at, key_id, sealed)
                        VALUES (:id, :hash, :user, :indicator, :created, :expires, :key, :sealed)
                        ON CONFLICT (id) DO NOTHING
                        """).params(parameters(record, record.createdAt())).update() == 1;
    }

    /** Nothing when it was ended between the insert and this. */
    private Optional<Written> replace(SessionRecord record, Instant now) {
        var before = jdbc.sql("SELECT * FROM business_session WHERE id = :id FOR UPDATE")
                .param("id", record.id().value())
                .query(PostgresRecords::record)
                .optional();
        before.ifPresent(existing -> jdbc.sql("""
                        UPDATE business_session SET identifier_hash = :hash, user_id = :user, indicator = :indicator,
                            created_at = :created, expires_at = :expires, key_id = :key, sealed = :sealed
                        WHERE id = :id
                        """)
                .params(parameters(record, record.beginningAfter(existing, now)))
                .update());
        return before.map(
                existing -> new Written(record.beginningAfter(existing, now), !record.continues(existing, now)));
    }

    @Override
    public Answer<Boolean> delete(UUID id) {
        return new Answer.Given<>(jdbc.sql("DELETE FROM business_session WHERE id = :id")
                        .param("id", id)
                        .update()
                == 1);
    }

    @Override
    public Answer<Page> list(SessionFilter filter, int most, Instant now) {
        var records = jdbc.sql(
                        "SELECT * FROM business_session" + where(filter) + " ORDER BY created_at DESC, id LIMIT :most")
                .params(parameters(filter, now))
                .param("most", most)
                .query(PostgresRecords::record)
                .list();
        return new Answer.Given<>(new Page(records, records.size() < most ? records.size() : count(filter, now)));
    }

    @Override
    public Answer<Ending> end(SessionFilter filter, int count, Instant now) {
        var ending = transaction.execute(status -> {
            var ended = jdbc.sql("DELETE FROM business_session" + where(filter))
                    .params(parameters(filter, now))
                    .update();
            if (ended == count) {
                return new Ending.All(ended);
            }
            status.setRollbackOnly();
            return new Ending.AnotherCount(ended);
        });
        return new Answer.Given<>(ending);
    }

    @Override
    public Answer<Integer> sweep(Instant now) {
        int swept = 0;
        int some;
        do {
            some = jdbc.sql("""
                            DELETE FROM business_session WHERE id IN (
                                SELECT id FROM business_session WHERE expires_at <= :now LIMIT :most)
                                AND expires_at <= :now
                            """)
                    .param("now", at(now))
                    .param("most", SWEPT_AT_ONCE)
                    .update();
            swept += some;
        } while (some == SWEPT_AT_ONCE);
        return new Answer.Given<>(swept);
    }

    private int count(SessionFilter filter, Instant now) {
        return jdbc.sql("SELECT count(*) FROM business_session" + where(filter))
                .params(parameters(filter, now))
                .query(Integer.class)
                .single();
    }

    private static String where(SessionFilter filter) {
        return " WHERE expires_at > :now"
                + (filter.person() == null ? "" : " AND user_id = :user")
                + (filter.indicator() == null ? "" : " AND indicator = :indicator");
    }

    private static Map<String, Object> parameters(SessionFilter filter, Instant now) {
        var parameters = new HashMap<String, Object>();
        parameters.put("now", at(now));
        if (filter.person() != null) {
            parameters.put("user", filter.person().value());
        }
        if (filter.indicator() != null) {
            parameters.put("indicator", filter.indicator());
        }
        return parameters;
    }

    private static Map<String, Object> parameters(SessionRecord record, Instant createdAt) {
        var parameters = new HashMap<String, Object>();
        parameters.put("id", record.id().value());
        parameters.put("hash", record.id().hash());
        parameters.put("user", record.person().value());
        parameters.put("indicator", record.indicator());
        parameters.put("created", at(createdAt));
        parameters.put("expires", at(record.expiresAt()));
        parameters.put("key", record.keyId());
        parameters.put("sealed", record.box());
        return parameters;
    }

    private static SessionRecord record(ResultSet row, int number) throws SQLException {
        return new SessionRecord(
                new SessionId(row.getString("identifier_hash"), row.getObject("id", UUID.class)),
                new PersonId(row.getObject("user_id", UUID.class)),
                row.getString("indicator"),
                instant(row, "created_at"),
                instant(row, "expires_at"),
                row.getString("key_id"),
                row.getString("sealed"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
