package app.almanac.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sandbox.Sandbox;

/** The command that an operator has: its check list and its exit code, whatever is wrong. */
class DoctorCommandTests {

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:8080"), "community");
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private record Said(int code, String text) {}

    @Test
    void withAllWellItEndsWithZeroAndMigratesNothing() throws Exception {
        var said = doctor(Map.of());

        assertThat(said.text())
                .contains("ok     Settings", "ok     PostgreSQL", "ok     FusionAuth", "ok     Application")
                .contains("ok     API key", "ok     Identity provider", "ok     Google's client")
                .contains("?      Google Calendar API")
                .endsWith("Nothing is wrong.\n")
                .doesNotContain("WRONG");
        assertThat(said.code()).isZero();
        try (var connection = sandbox.database().dataSource().getConnection();
                var tables = connection.getMetaData().getTables(null, "public", "%", null)) {
            assertThat(tables.next()).isFalse();
        }
    }

    @Test
    void everyMissingSettingIsNamedAtOnceAndTheRestWaits() {
        var said = doctor(Map.of("FUSIONAUTH_API_KEY", "", "GOOGLE_CLIENT_ID", "", "ACCOUNTS_LIMIT", "none"));

        assertThat(said.text())
                .contains(
                        "FUSIONAUTH_API_KEY is missing.",
                        "GOOGLE_CLIENT_ID is missing.",
                        "ACCOUNTS_LIMIT is malformed.")
                .contains("Mend: set it to an API key of FusionAuth for Almanac.")
                .contains("?      FusionAuth: is looked at once the settings are right.")
                .contains("3 things are wrong.");
        assertThat(said.code()).isEqualTo(1);
    }

    @Test
    void peersThatAreDownAreNamedEachByItself() {
        var said = doctor(Map.of(
                "DATABASE_URL",
                "jdbc:postgresql://localhost:1/almanac",
                "FUSIONAUTH_URL",
                "http://localhost:1",
                "GOOGLE_TOKEN_URL",
                "http://localhost:1/token"));

        assertThat(said.text())
                .contains("WRONG  PostgreSQL", "check DATABASE_URL, DATABASE_USERNAME and DATABASE_PASSWORD")
                .contains("WRONG  FusionAuth: does not answer at http://localhost:1.")
                .contains("WRONG  Google's client: cannot be asked for")
                .contains("3 things are wrong.");
        assertThat(said.code()).isEqualTo(1);
    }

    @Test
    void noSecretIsPrinted() {
        var said = doctor(Map.of("FUSIONAUTH_CLIENT_SECRET", "planted-secret", "FUSIONAUTH_API_KEY", "planted-key"));

        assertThat(said.text()).contains("2 things are wrong.").doesNotContain("planted");
        sandbox.settings().forEach((name, value) -> {
            if (name.matches(".*(SECRET|KEY|TOKEN)")) {
                assertThat(said.text()).as(name).doesNotContain(value);
            }
        });
    }

    private static Said doctor(Map<String, String> changes) {
        var settings = new HashMap<String, Object>(sandbox.settings());
        settings.putAll(changes);
        var out = new ByteArrayOutputStream();
        var code = DoctorCommand.run(settings, new PrintStream(out, true, StandardCharsets.UTF_8));
        return new Said(code, out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
    }
}
