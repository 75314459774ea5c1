package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.Wait;
import app.almanac.connector.LegacyStore.Answer;
import app.almanac.settings.BadSetting;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import sandbox.LegacyDatabase;

/** Any database, by one query: what the start says of it, and what is read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class LegacyStoreTests {

    private static final Duration PATIENT = Duration.ofSeconds(5);

    private final LegacyDatabase legacy = LegacyDatabase.withMembers("sandbox");

    @AfterAll
    void close() {
        legacy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "username", "email", "phone", "password_hash", "disabled", "first_name", "last_name"})
    void theStartSaysWhichColumnTheQueryLacks(String column) {
        var store = store(LegacyDatabase.QUERY.replace("AS " + column, "AS other"));

        assertThatThrownBy(store::afterPropertiesSet)
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("LEGACY_USER_QUERY answers no column " + column + ":");
        assertThat(store.find("olga", PATIENT)).isInstanceOf(Answer.Unavailable.class);
        store.destroy();
    }

    @Test
    void theStartSaysWhichColumnTheDatabaseLacks() {
        var store = store(LegacyDatabase.QUERY.replace("mobile AS phone", "telephone AS phone"));

        assertThatThrownBy(store::afterPropertiesSet)
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("LEGACY_USER_QUERY is refused by the legacy database, SQL state 42703")
                .hasMessageContaining("\"telephone\"");
        store.destroy();
    }

    @Test
    void aStoreThatIsDownStopsNoStart(CapturedOutput output) {
        var settings = new HashMap<>(legacy.settings());
        settings.put("LEGACY_DATABASE_URL", "jdbc:postgresql://localhost:1/none");
        var store = new LegacyStore(LegacyRoom.settings(settings));

        store.afterPropertiesSet();

        assertThat(output).contains("The legacy store does not answer").doesNotContain("\tat ");
        assertThat(store.find("olga", Duration.ofSeconds(1))).isInstanceOf(Answer.Unavailable.class);
        store.destroy();
    }

    @Test
    void withoutSettingsThereIsNoStoreAndNothingIsTried() {
        var store = new LegacyStore(LegacyRoom.settings(Map.of()));

        store.afterPropertiesSet();

        assertThat(store.isSet()).isFalse();
        store.destroy();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                      | SELECT :login  | LEGACY_DATABASE_URL is missing",
                "jdbc:postgresql://db/x | -              | LEGACY_USER_QUERY is missing",
                "jdbc:oracle:thin:@db   | SELECT :login  | LEGACY_DATABASE_URL is not",
                "postgres://db/x        | SELECT :login  | LEGACY_DATABASE_URL is not",
                "jdbc:postgresql://db/x | SELECT ?       | LEGACY_USER_QUERY does not take :login and nothing else",
                "jdbc:postgresql://db/x | SELECT :logins | LEGACY_USER_QUERY does not take :login and nothing else",
                "jdbc:postgresql://db/x | SELECT a::login| LEGACY_USER_QUERY does not take :login and nothing else",
                "jdbc:postgresql://db/x | SELECT :login, :realm      | LEGACY_USER_QUERY does not take",
                "jdbc:postgresql://db/x | SELECT :login, ?           | LEGACY_USER_QUERY does not take",
                "jdbc:postgresql://db/x | SELECT ':login'            | LEGACY_USER_QUERY does not take",
                "jdbc:postgresql://db/x | SELECT 1 /* :login */      | LEGACY_USER_QUERY does not take"
            },
            quoteCharacter = '"')
    void aSettingThatCannotWorkIsNamed(String url, String query, String message) {
        var settings = new HashMap<String, String>();
        settings.put("LEGACY_DATABASE_URL", url == null ? "" : url);
        settings.put("LEGACY_USER_QUERY", query == null ? "" : query);

        assertThatThrownBy(() -> LegacyRoom.settings(settings))
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"'',secret,CONNECTOR_USERNAME", "fusionauth,'',CONNECTOR_PASSWORD", "a:b,secret,CONNECTOR_USERNAME"})
    void theConnectorsCredentialsAreBothThereOrNeither(String username, String password, String setting) {
        assertThatThrownBy(() -> new ConnectorSettings(username, password))
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith(setting);
        assertThat(new ConnectorSettings("", "").secret().isBlank()).isTrue();
    }

    /** The other shipped driver that needs no server, with a type of its own for each column. */
    @Test
    void h2IsReadToo() throws Exception {
        var url = "jdbc:h2:mem:legacy;DB_CLOSE_DELAY=-1";
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE people (nr INT, nick VARCHAR, secret CHAR(64), gone BOOLEAN)");
            statement.execute("INSERT INTO people VALUES (7, 'ove', '{md5}900150983cd24fb0d6963f7d28e17f72', false)");
        }
        var store = new LegacyStore(new LegacySettings(url, "sa", "", """
                        SELECT nr AS id, nick AS username, NULL AS email, NULL AS phone, secret AS password_hash,
                               gone AS disabled, NULL AS first_name, NULL AS last_name
                        FROM people WHERE nick = :login OR nick = lower(:login)"""));

        store.afterPropertiesSet();

        assertThat(answer(store, "OVE")).isInstanceOfSatisfying(Answer.One.class, found -> {
            assertThat(found.user().key()).isEqualTo("7");
            assertThat(found.user().disabled()).isFalse();
            assertThat(LegacyHash.of(found.user().hash())).isPresent();
            assertThat(found.toString()).doesNotContain("ove", "md5");
        });
        assertThat(answer(store, "nobody")).isInstanceOf(Answer.None.class);
        store.destroy();
    }

    @Test
    void theStoreIsNeverWrittenTo() {
        var store = store("SELECT id, username, email, phone, password_hash, disabled, first_name, last_name FROM ("
                + LegacyDatabase.QUERY + ") AS q WHERE set_config('almanac.test', :login, false) IS NOT NULL");
        store.afterPropertiesSet();
        assertThat(answer(store, "olga")).isInstanceOf(Answer.One.class);
        store.destroy();

        legacy.letWrite();
        var writing = store("INSERT INTO member_row (no) VALUES (:login) RETURNING no AS id, no AS username,"
                + " no AS email, no AS phone, no AS password_hash, no AS disabled, no AS first_name, no AS last_name");
        assertThat(writing.find("x", PATIENT)).isEqualTo(new Answer.Unavailable("SQL state 25006"));
        writing.destroy();
        assertThat(legacy.has("x")).isFalse();
    }

    @Test
    void aNameThatTheQueryCannotTakeIsToldFromOneThatNobodyHas() {
        var store = store(LegacyDatabase.QUERY.replace("mobile = :login", "no::int = :login::text::int"));

        assertThat(store.find("1001", PATIENT)).isInstanceOf(Answer.One.class);
        assertThat(store.find("ten", PATIENT)).isInstanceOf(Answer.Unfit.class);
        store.destroy();
    }

    @Test
    void aQueryThatFailsOnWhateverItFindsIsToldAtTheStart(CapturedOutput output) {
        var store = store(LegacyDatabase.QUERY.replace("mobile = :login", "login::int = length(:login)"));

        store.afterPropertiesSet();
        assertThat(store.find("olga", PATIENT)).isInstanceOf(Answer.Unfit.class);
        store.destroy();

        assertThat(output).contains("LEGACY_USER_QUERY fails for a word and for a number alike (SQL state 22P02)");
    }

    @Test
    void alsoWhereNamesAreNumbersTheStartSaysWhichColumnTheQueryLacks() {
        var store = store(LegacyDatabase.QUERY
                .replace("mobile = :login", "no::int = :login::text::int")
                .replace("AS phone", "AS other"));

        assertThatThrownBy(store::afterPropertiesSet)
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("LEGACY_USER_QUERY answers no column phone:");
        store.destroy();
    }

    @Test
    void afterTheStartNothingOfTheDatabasesWordsIsLoggedSinceTheyQuoteLoginNames(CapturedOutput output) {
        var store = store(LegacyDatabase.QUERY.replace("mobile = :login", "(:login::text)::regclass IS NOT NULL"));

        Wait.until(() -> store.find("planted-name", PATIENT), new Answer.Unavailable("BadQuery")::equals);
        store.destroy();

        assertThat(output).contains("LEGACY_USER_QUERY is refused by the legacy database, SQL state 42P01");
        assertThat(output).doesNotContain("planted");
    }

    @Test
    void aStoreThatIsDownIsLoggedOnceAndNotOnceASignIn(CapturedOutput output) {
        var settings = new HashMap<>(legacy.settings());
        settings.put("LEGACY_DATABASE_URL", "jdbc:postgresql://localhost:1/none");
        var store = new LegacyStore(LegacyRoom.settings(settings));

        for (int i = 0; i < 5; i++) {
            store.find("olga", Duration.ofMillis(10));
        }
        store.destroy();

        assertThat(output.toString().split("The legacy store did not answer within", -1))
                .hasSize(2);
    }

    /** Who asks has gone long before a slow query ends, and comes again: the old database must not fill up with them. */
    @Test
    void aSlowStoreIsNotLeftWithQueriesThatNobodyWaitsFor() throws Exception {
        try (var slow = LegacyDatabase.withMembers("sandbox");
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var store = new LegacyStore(LegacyRoom.settings(slow.settings()));
            answer(store, "olga");
            slow.slow(Duration.ofMinutes(10));

            for (int i = 0; i < 5; i++) {
                var asked = people.invokeAll(Collections.nCopies(4, () -> store.find("olga", Duration.ofMillis(450))));
                for (var one : asked) {
                    assertThat(one.get()).isInstanceOf(Answer.Unavailable.class);
                }
            }
            Wait.until(() -> slow.queries() == 0);

            slow.slow(Duration.ZERO);
            assertThat(answer(store, "olga")).isInstanceOf(Answer.One.class);
            store.destroy();
        }
    }

    @Test
    void keysAreToldApartToTheLetterAndBytesByTheirBytes() throws Exception {
        assertThat(keyOf("'7'")).isEqualTo("7");
        assertThat(keyOf("' 7'")).isEqualTo(" 7");
        assertThat(keyOf("X'0a80ff'")).isEqualTo("0a80ff");
        assertThat(keyOf("X'0a80fe'")).isEqualTo("0a80fe");
    }

    private String keyOf(String literal) {
        var store = new LegacyStore(new LegacySettings("jdbc:h2:mem:keys", "", "", "SELECT " + literal + """
                 AS id, 'ove' AS username, NULL AS email, NULL AS phone, NULL AS password_hash,
                 false AS disabled, NULL AS first_name, NULL AS last_name WHERE :login <> ''"""));
        try {
            return answer(store, "ove") instanceof Answer.One(var user) ? user.key() : "none";
        } finally {
            store.destroy();
        }
    }

    /** Computed by another implementation of RFC 9562: what was given out once must never change. */
    @Test
    void idsAreUuidsOfVersion5AndDifferForDifferentKeys() {
        assertThat(user("1001").id().toString()).isEqualTo("6f1af2e2-1703-53d9-8944-ea85a02d11c5");
        var ids = new HashSet<String>();
        for (int i = 0; i < 100_000; i++) {
            ids.add(user(String.valueOf(i)).id().toString());
        }
        assertThat(ids)
                .hasSize(100_000)
                .allMatch(id -> id.matches("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    }

    private static LegacyUser user(String key) {
        return new LegacyUser(key, null, null, null, new app.almanac.upstream.Secret(""), false, null, null);
    }

    private LegacyStore store(String query) {
        var settings = new HashMap<>(legacy.settings());
        settings.put("LEGACY_USER_QUERY", query);
        return new LegacyStore(LegacyRoom.settings(settings));
    }

    /** What the store says once it says anything: on a busy machine the first connection takes its time. */
    private static Answer answer(LegacyStore store, String login) {
        return Wait.until(() -> store.find(login, PATIENT), said -> !(said instanceof Answer.Unavailable));
    }
}
