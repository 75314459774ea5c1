package sandbox;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: a database of its own for whoever asks, on one server for the whole JVM unless it is to be stopped. */
public final class Database implements AutoCloseable {

    private static final Object LOCK = new Object();
    private static @Nullable EmbeddedPostgres shared;
    private static @Nullable String template;

    private final EmbeddedPostgres server;
    private final String name;
    private final boolean own;
    private @Nullable HikariDataSource pool;

    private Database(EmbeddedPostgres server, String name, boolean own) {
        this.server = server;
        this.name = name;
        this.own = own;
    }

    /** Without any table. */
    public static Database empty() {
        synchronized (LOCK) {
            return new Database(server(), create("template1"), false);
        }
    }

    /** With Almanac's tables, empty. */
    public static Database migrated() {
        synchronized (LOCK) {
            if (template == null) {
                var made = create("template1");
                Flyway.configure()
                        .dataSource(server().getDatabase("postgres", made))
                        .load()
                        .migrate();
                template = made;
            }
            return new Database(server(), create(template), false);
        }
    }

    /** On a server of its own, which {@link #close()} stops. */
    public static Database onItsOwnServer() {
        return new Database(started(), "postgres", true);
    }

    public String url() {
        return server.getJdbcUrl("postgres", name);
    }

    /** A pool, always the same one, so that a transaction manager and a client can share it. */
    public synchronized DataSource dataSource() {
        if (pool == null) {
            pool = new HikariDataSource();
            pool.setJdbcUrl(url());
            pool.setUsername("postgres");
            pool.setMaximumPoolSize(32);
            pool.setMinimumIdle(0);
        }
        return pool;
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
        if (!own) {
            return; // whoever comes next has another database, and the server ends with the JVM
        }
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedPostgres server() {
        if (shared == null) {
            shared = started();
        }
        return shared;
    }

    private static EmbeddedPostgres started() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "400")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String create(String from) {
        var name = "d" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = server().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + from);
            return name;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
