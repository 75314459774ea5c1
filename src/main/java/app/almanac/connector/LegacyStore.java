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
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
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

        /** The query fails on this name, or on what it finds: where names are numbers, on a word. */
        record Unfit() implements Answer {}

        /** Down, too slow, or refusing the query; {@code why} names no person. */
        record Unavailable(String why) implements Answer {}
    }

    private static final Logger log = LoggerFactory.getLogger(LegacyStore.class);

    private static final List<String> COLUMNS =
            List.of("id", "username", "email", "phone", "password_hash", "disabled", "first_name", "last_name");
    private static final int CONNECTIONS = 4;
    /** An address of mail has at most 64 characters, an at sign and 255 more; no other name is longer. */
    private static final int LONGEST_LOGIN = 320;

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final Duration AT_START = Duration.ofSeconds(3);
    /** No longer than this does a connection stay taken by a question that nobody waits for any more. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** A column that is missing, or a query that the database does not understand: the setting is at fault. */
    private static final class BadQuery extends SQLException {

        private static final long serialVersionUID = 1L;

        BadQuery(String message, @Nullable SQLException cause) {
            super(message, cause);
        }
    }

    /** One asking of the store. Whoever gives it up makes the database give it up too, and its connection is free again. */
    private static final class Question {

        final String login;
        private @Nullable Statement running;
        private boolean isGivenUp;

        Question(String login) {
            this.login = login;
        }

        synchronized void isAskedBy(Statement statement) throws SQLException {
            if (isGivenUp) {
                throw new SQLException("nobody waits for it");
            }
            running = statement;
        }

        synchronized void isAnswered() {
            running = null;
        }

        void giveUp() {
            var statement = givenUp();
            try {
                if (statement != null) {
                    statement.cancel();
                }
            } catch (SQLException e) {
                log.trace("a query could not be cancelled; its own time limit ends it");
            }
        }

        private synchronized @Nullable Statement givenUp() {
            isGivenUp = true;
            return running;
        }
    }

    private final @Nullable HikariDataSource pool;
    private final String positional;
    private final int parameters;
    private final ExecutorService threads = Upstream.threads();
    private final AtomicLong nextLine = new AtomicLong(System.nanoTime());

    LegacyStore(LegacySettings settings) {
        var parsed = NamedParameterUtils.parseSqlStatement(settings.userQuery());
        positional = NamedParameterUtils.substituteNamedParameters(parsed, null);
        parameters = settings.parameters();
        pool = settings.isSet() ? pool(settings) : null;
    }

    private static HikariDataSource pool(LegacySettings settings) {
        var config = new HikariConfig();
        config.setPoolName("legacy");
        config.setJdbcUrl(settings.databaseUrl());
        config.setUsername(orNull(settings.databaseUsername()));
        config.setPassword(orNull(settings.databasePassword()));
        config.setReadOnly(true);
        config.setAutoCommit(false); // PostgreSQL's driver says so only where a transaction begins
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(500);
        config.setValidationTimeout(250);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private static @Nullable String orNull(String setting) {
        return setting.isBlank() ? null : setting;
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
        try {
            Upstream.within(AT_START, () -> firstAnswer(pool));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BadQuery bad) {
                throw new BadSetting("LEGACY_USER_QUERY", bad.getMessage() + inItsWords(bad));
            }
            log.warn(
                    isUnfit(e.getCause())
                            ? "LEGACY_USER_QUERY fails for a word and for a number alike ({}): perhaps nobody can be found"
                            : "The legacy store does not answer ({}): the connector is unavailable until it does",
                    why(e));
        } catch (TimeoutException e) {
            log.warn("The legacy store does not answer in time: the connector is unavailable until it does");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The pool gives up long before a first connection from far away is made. */
    private Answer firstAnswer(HikariDataSource source) throws SQLException, InterruptedException {
        var until = System.nanoTime() + AT_START.toNanos() - TimeUnit.SECONDS.toNanos(1);
        var nobody = UUID.randomUUID().toString();
        while (true) {
            try {
                return ask(source, new Question(nobody));
            } catch (BadQuery bad) {
                throw bad;
            } catch (SQLException notYet) {
                if (isUnfit(notYet)) {
                    if (nobody.equals("0")) {
                        throw notYet;
                    }
                    nobody = "0"; // where names are numbers, nothing is said of the columns but to one
                } else if (System.nanoTime() > until) {
                    throw notYet;
                } else {
                    TimeUnit.MILLISECONDS.sleep(50);
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
        var question = new Question(login);
        var asked = threads.submit(() -> ask(pool, question));
        try {
            return asked.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (isUnfit(e.getCause())) {
                log.debug("The legacy store cannot take a login name, {}", why(e));
                return new Answer.Unfit();
            }
            warn(
                    e.getCause() instanceof BadQuery bad
                            ? "LEGACY_USER_QUERY " + bad.getMessage()
                            : "The legacy store does not answer: " + why(e));
            return new Answer.Unavailable(why(e));
        } catch (TimeoutException e) {
            threads.execute(question::giveUp);
            warn("The legacy store did not answer within " + deadline.toMillis() + " ms");
            return new Answer.Unavailable("slow");
        } catch (InterruptedException e) {
            threads.execute(question::giveUp);
            Thread.currentThread().interrupt();
            return new Answer.Unavailable("interrupted");
        }
    }

    /** One line for all that happened in ten seconds. The database's own words could quote a login name, so they go no further. */
    private void warn(String line) {
        var now = System.nanoTime();
        var next = nextLine.get();
        if (now - next >= 0 && nextLine.compareAndSet(next, now + BETWEEN_LINES.toNanos())) {
            log.warn(line);
        }
    }

    private Answer ask(HikariDataSource source, Question question) throws SQLException {
        try (var connection = source.getConnection()) {
            bound(connection);
            try (var statement = connection.prepareStatement(positional)) {
                statement.setMaxRows(2);
                statement.setQueryTimeout((int) LONGEST.toSeconds());
                for (int i = 1; i <= parameters; i++) {
                    statement.setString(i, question.login);
                }
                question.isAskedBy(statement);
                try (var rows = statement.executeQuery()) {
                    requireColumns(rows);
                    return read(rows);
                } finally {
                    question.isAnswered();
                }
            } catch (BadQuery bad) {
                throw bad;
            } catch (SQLException e) {
                throw e.getSQLState() != null && e.getSQLState().startsWith("42")
                        ? new BadQuery("is refused by the legacy database, SQL state " + e.getSQLState(), e)
                        : e;
            }
        }
    }

    /** Whether the query cannot take the login name, such as one that is no number, or a value that it finds. */
    private static boolean isUnfit(@Nullable Throwable e) {
        return e instanceof SQLException sql
                && sql.getSQLState() != null
                && sql.getSQLState().startsWith("22");
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
            throw new BadQuery(
                    "answers no column " + String.join(", ", missing)
                            + ": add what is missing, as NULL where the old store has no such thing.",
                    null);
        }
    }

    private static Answer read(ResultSet rows) throws SQLException {
        if (!rows.next()) {
            return new Answer.None();
        }
        var key = key(rows);
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

    /** What names the row, to the letter: two that differ in a space only, or in bytes that are no text, are two. */
    private static @Nullable String key(ResultSet rows) throws SQLException {
        var key = rows.getObject("id") instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : rows.getString("id");
        return key == null || key.isBlank() ? null : key;
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

    /** What the database says of the query, where nobody's name is in it. */
    private static String inItsWords(BadQuery bad) {
        return bad.getCause() instanceof SQLException refusal
                ? " ("
                        + String.valueOf(refusal.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("") + "): set it to a query that answers " + String.join(", ", COLUMNS) + "."
                : "";
    }

    @Override
    public void destroy() {
        if (pool != null) {
            pool.close();
        }
        threads.shutdown();
    }
}
