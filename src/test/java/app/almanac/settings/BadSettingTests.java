package app.almanac.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.AlmanacApplication;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A setting that is missing or malformed stops the start with a sentence that names it, also without a database. */
@ExtendWith(OutputCaptureExtension.class)
class BadSettingTests {

    private static final Map<String, String> GOOD = Map.of(
            "FUSIONAUTH_CLIENT_SECRET", "planted-secret",
            "FUSIONAUTH_API_KEY", "planted-key",
            "GOOGLE_CLIENT_ID", "client",
            "GOOGLE_CLIENT_SECRET", "planted-secret",
            "DATABASE_URL", "jdbc:postgresql://localhost:1/none");

    /** Every record of settings and nothing that uses them. */
    @ConfigurationPropertiesScan("app.almanac")
    static class SettingsAlone {}

    @ParameterizedTest
    @CsvSource({
        "FUSIONAUTH_CLIENT_SECRET, ''",
        "FUSIONAUTH_API_KEY, ''",
        "GOOGLE_CLIENT_ID, ''",
        "GOOGLE_CLIENT_SECRET, ''",
        "APP_URL, almanac.example",
        "APP_URL, https://almanac.example/below",
        "FUSIONAUTH_URL, ftp://fusionauth.example",
        "FUSIONAUTH_TENANT_ID, not-an-id",
        "FUSIONAUTH_EDITION, gold",
        "ACCOUNTS_LIMIT, many",
        "ACCOUNTS_LIMIT, 0",
        "REQUESTS_AT_ONCE, 0",
        "REQUESTS_AT_ONCE, many",
        "SHUTDOWN_WAIT, soon",
        "MANAGEMENT_SERVER_PORT, 8080",
        "MANAGEMENT_SERVER_PORT, -1",
        "SHUTDOWN_WAIT, -PT1S",
        "SHUTDOWN_WAIT, PT9S",
        "TRUSTED_PROXIES, everybody",
        "CONNECT_ROUTE, sideways",
        "DEVICES_LIMIT, -1",
        "DEVICES_LIMIT, few",
        "DEVICES_POLICY, hope",
        "SESSION_IDLE, soon",
        "SESSION_LIFE, PT0S",
        "SESSIONS_KEY, planted",
        "SESSIONS_OLD_KEYS, planted",
        "SESSIONS_ENTITY_TYPE_ID, session",
        "DATABASE_URL, postgres://localhost:1/none",
        "DATABASE_URL, jdbc:postgresql://localhost:port/none",
        "DATABASE_URL, jdbc:mysql://localhost:1/none",
        "GOOGLE_AUTHORIZATION_URL, accounts.google.example",
        "GOOGLE_AUTHORIZATION_URL, http://a google",
        "GOOGLE_TOKEN_URL, ftp://google.example/token",
        "GOOGLE_REVOCATION_URL, /revoke",
        "GOOGLE_JWKS_URL, https:",
        "GOOGLE_CALENDAR_URL, www.googleapis.com",
        "CALENDAR_BUDGET, PT0S",
        "CALENDAR_BUDGET, P4000D",
        "SESSION_IDLE, P30000D",
        "SESSION_LIFE, P999999999D",
        "INVITATIONS_LIFE, -P1D"
    })
    void readingStopsAndNamesTheSetting(String setting, String value, CapturedOutput output) {
        stopsAndNames(SettingsAlone.class, setting, value, output);
    }

    @ParameterizedTest
    @CsvSource({
        "FUSIONAUTH_API_KEY, ''",
        "DATABASE_URL, postgres://localhost:1/none",
        "GOOGLE_AUTHORIZATION_URL, http://a google",
        "DEVICES_LIMIT, ''"
    })
    void soDoesTheStartOfTheWhole(String setting, String value, CapturedOutput output) {
        stopsAndNames(AlmanacApplication.class, setting, value, output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "APP_URL",
                "FUSIONAUTH_URL",
                "FUSIONAUTH_INTERNAL_URL",
                "FUSIONAUTH_ISSUER",
                "FUSIONAUTH_TENANT_ID",
                "FUSIONAUTH_APPLICATION_ID",
                "FUSIONAUTH_GOOGLE_IDP_ID",
                "FUSIONAUTH_EDITION",
                "GOOGLE_AUTHORIZATION_URL",
                "GOOGLE_TOKEN_URL",
                "GOOGLE_REVOCATION_URL",
                "GOOGLE_JWKS_URL",
                "GOOGLE_ISSUER",
                "GOOGLE_CALENDAR_URL",
                "SERVER_PORT",
                "MANAGEMENT_SERVER_PORT",
                "REQUESTS_AT_ONCE",
                "SHUTDOWN_WAIT",
                "CONNECT_ROUTE",
                "ACCOUNTS_LIMIT",
                "CALENDAR_BUDGET",
                "DATABASE_URL",
                "DATABASE_USERNAME",
                "SESSION_IDLE",
                "SESSION_LIFE",
                "INVITATIONS_MODE",
                "INVITATIONS_PER_PERSON",
                "INVITATIONS_LIFE",
                "DEVICES_LIMIT",
                "DEVICES_POLICY",
                "SESSIONS_ENTITY_TYPE_ID"
            })
    void aBlankOneIsNeitherItsDefaultNorNothing(String setting, CapturedOutput output) {
        stopsAndNames(SettingsAlone.class, setting, "", output);
    }

    @ParameterizedTest
    @CsvSource({
        "LEGACY_USER_QUERY, SELECT :login, LEGACY_DATABASE_URL",
        "CONNECTOR_PASSWORD, planted, CONNECTOR_USERNAME"
    })
    void ofTwoThatBelongTogetherTheOneThatIsMissingIsNamed(
            String setting, String value, String missing, CapturedOutput output) {
        stopsAndNames(SettingsAlone.class, setting, value, missing, output);
    }

    private static void stopsAndNames(Class<?> what, String setting, String value, CapturedOutput output) {
        stopsAndNames(what, setting, value, setting, output);
    }

    private static void stopsAndNames(
            Class<?> what, String setting, String value, String named, CapturedOutput output) {
        var settings = new HashMap<>(GOOD);
        settings.put(setting, value);

        assertThatThrownBy(() -> start(what, settings)).isInstanceOf(Exception.class);

        assertThat(output.getAll()).contains("Description:").containsPattern("\n" + named + " (is|has|cannot)");
        assertThat(output.getAll()).doesNotContain("planted");
    }

    @Test
    void withoutPostgresqlTheStartSaysSo(CapturedOutput output) {
        assertThatThrownBy(() -> start(AlmanacApplication.class, GOOD)).isInstanceOf(Exception.class);

        assertThat(output.getAll()).contains("check DATABASE_URL, DATABASE_USERNAME and DATABASE_PASSWORD.");
    }

    private static void start(Class<?> what, Map<String, String> settings) {
        new SpringApplicationBuilder(what)
                .web(what == SettingsAlone.class ? WebApplicationType.NONE : WebApplicationType.SERVLET)
                .properties(new HashMap<String, Object>(settings))
                .run("--server.port=0", "--management.server.port=0");
    }
}
