package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.almanac.Wait;
import app.almanac.connector.LegacyStore.Answer;
import app.almanac.settings.BadSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sandbox.Sandbox;

/** The documented query on a real MariaDB, where this machine has one. */
class MariaDbTests {

    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");
    private static final Duration PATIENT = Duration.ofSeconds(5);

    /** As docs/connector.md has it. */
    private static final String QUERY = """
            SELECT no AS id, login AS username, mail AS email, mobile AS phone, concat('{bcrypt}', secret) AS password_hash,
                   locked AS disabled, given_name AS first_name, family_name AS last_name
            FROM member WHERE lower(login) = lower(:login) OR lower(mail) = lower(:login) OR mobile = :login""";

    @TempDir
    static Path directory;

    private static @Nullable Process server;
    private static String url = "";

    @BeforeAll
    static void start() throws Exception {
        var isHere = Files.isExecutable(SERVER);
        assertThat(isHere || System.getenv("CI") == null).as("a MariaDB in CI").isTrue();
        assumeTrue(isHere, "no MariaDB here");
        var port = Sandbox.freePort();
        var data = directory.resolve("data");
        run(
                "mariadb-install-db",
                "--no-defaults",
                "--user=root",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal");
        server = started(
                SERVER.toString(),
                "--no-defaults",
                "--user=root",
                "--datadir=" + data,
                "--socket=" + directory.resolve("socket"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--innodb-flush-method=fsync");
        url = "jdbc:mariadb://127.0.0.1:" + port + "/mysql";
        Wait.until(MariaDbTests::answers);
        try (var root = DriverManager.getConnection(url, "root", "");
                var statement = root.createStatement()) {
            statement.execute("CREATE DATABASE members CHARACTER SET utf8mb4");
            statement.execute("""
                    CREATE TABLE members.member (no INT PRIMARY KEY, login VARCHAR(80), mail VARCHAR(80), mobile VARCHAR(40),
                        secret VARCHAR(100), locked TINYINT(1), given_name VARCHAR(80), family_name VARCHAR(80))""");
            statement.execute("""
                    INSERT INTO members.member VALUES
                        (7, 'ove', NULL, NULL, '$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 0, 'Ove', 'Østby'),
                        (8, NULL, 'odd@old.example', '+4790182010', NULL, 1, NULL, NULL)""");
            statement.execute("CREATE USER almanac_reader@localhost IDENTIFIED BY 'right'");
            statement.execute("GRANT SELECT ON members.member TO almanac_reader@localhost");
        }
        url = "jdbc:mariadb://127.0.0.1:" + port + "/members";
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.destroy();
            server.waitFor(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void theDocumentedQueryFindsPeopleByEachOfTheirNames() {
        var store = store(QUERY);
        store.afterPropertiesSet();

        assertThat(answer(store, "OVE")).isInstanceOfSatisfying(Answer.One.class, found -> {
            assertThat(found.user().key()).isEqualTo("7");
            assertThat(found.user().lastName()).isEqualTo("Østby");
            assertThat(found.user().disabled()).isFalse();
            assertThat(LegacyHash.of(found.user().hash())).isPresent();
        });
        assertThat(answer(store, "+4790182010"))
                .isInstanceOfSatisfying(
                        Answer.One.class,
                        found -> assertThat(found.user().disabled()).isTrue());
        assertThat(answer(store, "nobody")).isInstanceOf(Answer.None.class);
        store.destroy();
    }

    @Test
    void theStartSaysWhichColumnTheQueryOrTheDatabaseLacks() {
        assertThat(refusal(QUERY.replace("AS phone", "AS other")))
                .startsWith("LEGACY_USER_QUERY answers no column phone:");
        assertThat(refusal(QUERY.replace("mobile AS phone", "telephone AS phone")))
                .startsWith("LEGACY_USER_QUERY is refused by the legacy database, SQL state 42")
                .contains("telephone");
    }

    /** Of the start; which does not wait for long, and says nothing of the query while a busy machine does not connect. */
    private static String refusal(String query) {
        var store = store(query);
        try {
            return Wait.until(
                    () -> {
                        try {
                            store.afterPropertiesSet();
                            return "";
                        } catch (BadSetting bad) {
                            return String.valueOf(bad.getMessage());
                        }
                    },
                    message -> !message.isEmpty());
        } finally {
            store.destroy();
        }
    }

    @Test
    void aSlowStoreIsNotLeftWithQueriesThatNobodyWaitsFor() throws Exception {
        var store = store(QUERY + " OR sleep(600) = :login");
        try (var root = DriverManager.getConnection(url, "root", "")) {
            Wait.until(() -> store.find("nobody", Duration.ofMillis(450)).equals(new Answer.Unavailable("slow")));
            Wait.until(() -> asked(root) == 0);
        }
        store.destroy();
    }

    private static long asked(Connection root) throws SQLException {
        try (var statement = root.createStatement();
                var rows = statement.executeQuery("""
                        SELECT count(*) FROM information_schema.processlist WHERE user = 'almanac_reader' AND command <> 'Sleep'
                        """)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static LegacyStore store(String query) {
        return new LegacyStore(new LegacySettings(url, "almanac_reader", "right", query));
    }

    /** On a busy machine the first connection takes its time. */
    private static Answer answer(LegacyStore store, String login) {
        return Wait.until(() -> store.find(login, PATIENT), said -> !(said instanceof Answer.Unavailable));
    }

    private static boolean answers() {
        try (var root = DriverManager.getConnection(url, "root", "")) {
            return root.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(started(command).waitFor()).isZero();
    }

    private static Process started(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }
}
