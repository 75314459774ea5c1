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
import org.springframework.boot.builder.SpringApplicationBuilder;
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
        "CONNECT_ROUTE, sideways",
        "DEVICES_LIMIT, -1",
        "DEVICES_LIMIT, few",
        "DEVICES_POLICY, hope",
        "SESSION_IDLE, soon",
        "SESSION_LIFE, PT0S",
        "SESSIONS_KEY, planted",
        "SESSIONS_OLD_KEYS, planted",
        "SESSIONS_ENTITY_TYPE_ID, session"
    })
    void theStartStopsAndNamesTheSetting(String setting, String value, CapturedOutput output) {
        var settings = new HashMap<>(GOOD);
        settings.put(setting, value);

        assertThatThrownBy(() -> start(settings)).isInstanceOf(Exception.class);

        assertThat(output.getAll()).contains("Description:").containsPattern("\n" + setting + " (is|has|cannot)");
        assertThat(output.getAll()).doesNotContain("planted");
    }

    @Test
    void withoutPostgresqlTheStartSaysSo(CapturedOutput output) {
        assertThatThrownBy(() -> start(GOOD)).isInstanceOf(Exception.class);

        assertThat(output.getAll()).contains("check DATABASE_URL, DATABASE_USERNAME and DATABASE_PASSWORD.");
    }

    private static void start(Map<String, String> settings) {
        new SpringApplicationBuilder(AlmanacApplication.class)
                .properties(new HashMap<String, Object>(settings))
                .run("--server.port=0", "--management.server.port=0");
    }
}
