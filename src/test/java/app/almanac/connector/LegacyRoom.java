package app.almanac.connector;

import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.httpBasic;

import app.almanac.Wait;
import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.security.ServingSettings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import sandbox.Database;
import sandbox.LegacyDatabase;
import tools.jackson.databind.json.JsonMapper;

/** The connector with all its real parts around a legacy database, asked as FusionAuth asks it. */
final class LegacyRoom implements AutoCloseable {

    static final String APPLICATION = "a1a2a3a4-0000-4000-8000-000000000002";

    /** Where they sign in from. */
    static final String ADDRESS = "192.0.2.1";

    /** One for all tests, which would wait for another each time. */
    static final HashingProcess HASHES = new HashingProcess();

    final LegacyDatabase legacy;
    final JdbcClient ours;
    final MigrationRecord record;
    final LegacyStore store;
    final Throttle throttle;
    final Hashing hashing;
    final LegacySignIn signIn;
    private final Database database = Database.migrated();
    private final MockMvcTester fusionAuth;
    private final JsonMapper json = JsonMapper.builder().build();

    LegacyRoom(LegacyDatabase legacy) {
        this(legacy, Clock.systemUTC(), new Hashing(HASHES));
    }

    LegacyRoom(LegacyDatabase legacy, Clock clock, Hashing hashing) {
        this(legacy, clock, hashing, legacy.settings());
    }

    LegacyRoom(LegacyDatabase legacy, Clock clock, Hashing hashing, Map<String, String> settings) {
        this.legacy = legacy;
        this.hashing = hashing;
        throttle = new Throttle(clock, 60); // whoever tests something else is not throttled because the machine is slow
        ours = JdbcClient.create(database.dataSource());
        record = new MigrationRecord(ours);
        store = new LegacyStore(settings(settings));
        store.afterPropertiesSet();
        signIn = new LegacySignIn(
                throttle, store, hashing, record, new ServingSettings(8080, 8081, 64, Duration.ZERO, List.of()));
        fusionAuth = withCredentials("fusionauth", "right");
    }

    /** The address where these are what FusionAuth has to sign in with. */
    MockMvcTester withCredentials(String username, String password) {
        return MockMvcTester.create(MockMvcBuilders.standaloneSetup(new ConnectorController(
                        new ConnectorSettings(username, password), store, signIn, fusionAuthSettings(), json))
                .build());
    }

    static LegacySettings settings(Map<String, String> settings) {
        return new LegacySettings(
                settings.getOrDefault("LEGACY_DATABASE_URL", ""),
                settings.getOrDefault("LEGACY_DATABASE_USERNAME", ""),
                settings.getOrDefault("LEGACY_DATABASE_PASSWORD", ""),
                settings.getOrDefault("LEGACY_USER_QUERY", ""));
    }

    private static FusionAuthSettings fusionAuthSettings() {
        var url = URI.create("http://localhost:9011");
        return new FusionAuthSettings(
                url,
                url,
                url.toString(),
                UUID.fromString("a1a2a3a4-0000-4000-8000-000000000001"),
                UUID.fromString(APPLICATION),
                UUID.fromString("a1a2a3a4-0000-4000-8000-000000000003"),
                "secret",
                "key",
                FusionAuthSettings.Edition.LICENSED);
    }

    /** As a person would, again where there was no answer: on a busy machine there may be none in time. */
    MvcTestResult signIn(String login, String password) {
        var request = request(login, password);
        return Wait.until(() -> ask(request), answer -> answer.getResponse().getStatus() != 503);
    }

    /** From somewhere else. */
    MvcTestResult signIn(String login, String password, String address) {
        return ask(request(login, password).replace(ADDRESS, address));
    }

    String request(String login, String password) {
        return json.writeValueAsString(Map.of(
                "applicationId",
                APPLICATION,
                "loginId",
                login,
                "loginIdTypes",
                new String[0],
                "password",
                password,
                "eventInfo",
                Map.of("deviceName", "macOS Safari", "deviceType", "BROWSER", "ipAddress", ADDRESS),
                "newDevice",
                false,
                "noJWT",
                false));
    }

    MvcTestResult ask(String body) {
        return ask(body, "fusionauth", "right");
    }

    MvcTestResult ask(String body, String username, String password) {
        return fusionAuth
                .post()
                .uri("/fusionauth/connector")
                .with(httpBasic(username, password))
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    MockMvcTester fusionAuth() {
        return fusionAuth;
    }

    @Override
    public void close() {
        store.destroy();
        hashing.destroy();
        record.destroy();
        legacy.close();
        database.close();
    }
}
