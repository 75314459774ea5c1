package app.almanac.connector;

import app.almanac.settings.BadSetting;
import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.stereotype.Component;

/**
 * The old user store: any JDBC database, asked by one query. It has a small pool of its own, is never written to, and may
 * be down without anything but the connector noticing.
 */
@Component
class LegacyStore implements InitializingBean, DisposableBean {

    /** What the store says of a login name. */
    sealed interface Answer {

        record One(LegacyUser user) implements Answer {}

        record None() implements Answer {}

        /** Two rows or more answer to it: nobody can tell who is meant. */
        record Several() implements Answer {}

        /** The row has no key. */
        record Keyless() implements Answer {}

        /** Down, too slow, or refusing the query; {@code why} names no person. */
        record Unavailable(String why) implements Answer {}
    }

    private static final Logger log = LoggerFactory.getLogger(LegacyStore.class);

    private static final List<String> COLUMNS =
            List.of("id", "username", "email", "phone", "password_hash", "disabled", "first_name", "last_name");
    private static final int CONNECTIONS = 4;
    /** An address of mail has at most 64 characters, an at sign and 255 more; no other name is longer. */
    private static final int LONGEST_LOGIN = 320;

    private static final Duration AT_START = Duration.ofSeconds(3);
    /** No longer than this does a connection stay taken by a question that nobody waits for any more. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** A column that is missing, or a query that the database does not understand: the setting is at fault. */
    private static final class BadQuery extends SQLException {

        private static final long serialVersionUID = 1L;

        BadQuery(String message) {
            super(message);
        }
    }

    private final @Nullable HikariDataSource pool;
    private final String query;
    private final String positional;
    private final int parameters;

    LegacyStore(LegacySettings settings) {
        query = settings.userQuery();
        var parsed = NamedParameterUtils.parseSqlStatement(query);
        positional = NamedParameterUtils.substituteNamedParameters(parsed, null);
        parameters = NamedParameterUtils.buildValueArray(query, Map.of("login", "")).length;
        pool = settings.isSet() ? pool(settings) : null;
    }

    private static HikariDataSource pool(LegacySettings settings) {
        var config = new HikariConfig();
        config.setPoolName("legacy");
        config.setJdbcUrl(settings.databaseUrl());
        config.setUsername(settings.databaseUsername());
        config.setPassword(settings.databasePassword());
        config.setReadOnly(true);
        config.setAutoCommit(false); // PostgreSQL's driver says so only where a transaction begins
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(500);
        config.setValidationTimeout(250);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    boolean isSet() {
        return pool != null;
    }

    /**
     * Tries the query once. A store that does not answer stops nothing: the connector answers 503 until it does.
     *
     * @throws BadSetting when the store does answer, and not with the columns of the contract
     */
    @Override
    public void afterPropertiesSet() {
        if (pool == null) {
            return;
        }
        var nobody = UUID.randomUUID().toString();
        try {
            Upstream.within(AT_START, () -> firstAnswer(pool, nobody));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BadQuery bad) {
                throw new BadSetting("LEGACY_USER_QUERY", String.valueOf(bad.getMessage()));
            }
            log.warn("The legacy store does not answer ({}): the connector is unavailable until it does", why(e));
        } catch (TimeoutException e) {
            log.warn("The legacy store does not answer in time: the connector is unavailable until it does");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The pool gives up long before a first connection from far away is made. */
    private Answer firstAnswer(HikariDataSource source, String login) throws SQLException {
        var until = System.nanoTime() + AT_START.toNanos() - TimeUnit.SECONDS.toNanos(1);
        while (true) {
            try {
                return ask(source, login);
            } catch (BadQuery bad) {
                throw bad;
            } catch (SQLException notYet) {
                if (System.nanoTime() > until) {
                    throw notYet;
                }
            }
        }
    }

    /** Whom a login name means, within a deadline. */
    Answer find(String login, Duration deadline) {
        if (pool == null) {
            throw new IllegalStateException("no legacy store is set");
        }
        if (login.isBlank() || login.length() > LONGEST_LOGIN || login.indexOf('\0') >= 0) {
            return new Answer.None();
        }
        try {
            return Upstream.within(deadline, () -> ask(pool, login));
        } catch (ExecutionException e) {
            var why = why(e);
            if (e.getCause() instanceof BadQuery bad) {
                log.error("LEGACY_USER_QUERY {}", bad.getMessage());
            } else {
                log.warn("The legacy store does not answer: {}", why);
            }
            return new Answer.Unavailable(why);
        } catch (TimeoutException e) {
            log.warn("The legacy store did not answer within {} ms", deadline.toMillis());
            return new Answer.Unavailable("slow");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unavailable("interrupted");
        }
    }

    private Answer ask(HikariDataSource source, String login) throws SQLException {
        try (var connection = source.getConnection()) {
            bound(connection);
            try (var statement = connection.prepareStatement(positional)) {
                statement.setMaxRows(2);
                statement.setQueryTimeout((int) LONGEST.toSeconds());
                for (int i = 1; i <= parameters; i++) {
                    statement.setString(i, login);
                }
                try (var rows = statement.executeQuery()) {
                    requireColumns(rows);
                    return read(rows);
                }
            } catch (BadQuery bad) {
                throw bad;
            } catch (SQLException e) {
                if (e.getSQLState() != null && e.getSQLState().startsWith("22")) {
                    log.warn("The legacy store cannot take a login name, SQL state {}: nobody has it", e.getSQLState());
                    return new Answer.None();
                }
                throw e.getSQLState() != null && e.getSQLState().startsWith("42")
                        ? new BadQuery(
                                "is refused by the legacy database, SQL state " + e.getSQLState() + " (" + firstLine(e)
                                        + "): set it to a query that answers " + String.join(", ", COLUMNS) + ".")
                        : e;
            }
        }
    }

    private static void bound(Connection connection) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) LONGEST.toMillis());
        } catch (SQLFeatureNotSupportedException embedded) {
            log.trace("the driver has no network timeout");
        }
    }

    private static void requireColumns(ResultSet rows) throws SQLException {
        var missing = new ArrayList<>(COLUMNS);
        var present = new TreeSet<String>();
        var columns = rows.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            present.add(columns.getColumnLabel(i).toLowerCase(Locale.ROOT));
        }
        missing.removeAll(present);
        if (!missing.isEmpty()) {
            throw new BadQuery("answers no column " + String.join(", ", missing)
                    + ": add what is missing, as NULL where the old store has no such thing.");
        }
    }

    private static Answer read(ResultSet rows) throws SQLException {
        if (!rows.next()) {
            return new Answer.None();
        }
        var key = text(rows, "id");
        var user = key == null
                ? null
                : new LegacyUser(
                        key,
                        text(rows, "username"),
                        text(rows, "email"),
                        text(rows, "phone"),
                        new Secret(Objects.requireNonNullElse(text(rows, "password_hash"), "")),
                        isTrue(rows.getObject("disabled")),
                        text(rows, "first_name"),
                        text(rows, "last_name"));
        if (rows.next()) {
            return new Answer.Several();
        }
        return user == null ? new Answer.Keyless() : new Answer.One(user);
    }

    private static @Nullable String text(ResultSet rows, String column) throws SQLException {
        var value = rows.getString(column);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Whatever an old store writes for yes; what is not understood counts as yes, so that nobody slips in. */
    private static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean yes -> yes;
            case Number number -> number.doubleValue() != 0;
            case byte[] bits -> !new BigInteger(1, bits).equals(BigInteger.ZERO);
            default ->
                !List.of("", "0", "f", "false", "n", "no")
                        .contains(value.toString().strip().toLowerCase(Locale.ROOT));
        };
    }

    private static String why(ExecutionException e) {
        return e.getCause() instanceof SQLException sql && sql.getSQLState() != null
                ? "SQL state " + sql.getSQLState()
                : String.valueOf(
                        e.getCause() == null ? null : e.getCause().getClass().getSimpleName());
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public void destroy() {
        if (pool != null) {
            pool.close();
        }
    }
}
