package app.almanac.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/make-env.sh, run by a real shell. */
class SetupSecretsTests {

    @TempDir
    private Path checkout;

    @BeforeEach
    void copy() throws IOException {
        Files.createDirectory(checkout.resolve("scripts"));
        Files.copy(Path.of(".env.example"), checkout.resolve(".env.example"));
        Files.copy(Path.of("scripts", "make-env.sh"), checkout.resolve("scripts/make-env.sh"));
    }

    @Test
    void everySecretIsMadeLongDistinctAndForTheOwnersEyesOnly() throws Exception {
        run();

        var env = Compose.env(checkout.resolve(".env"));
        var blank = Compose.env(checkout.resolve(".env.example"));
        blank.values().removeIf(value -> !value.isEmpty());
        blank.keySet().removeIf(name -> !name.matches(".*_(PASSWORD|SECRET|TOKEN|KEY)"));
        var made = env.entrySet().stream()
                .filter(entry -> blank.containsKey(entry.getKey()))
                .toList();
        assertThat(made)
                .hasSizeGreaterThan(7)
                .allSatisfy(secret ->
                        assertThat(secret.getValue()).as(secret.getKey()).matches("[0-9a-f]{64}"));
        assertThat(new HashSet<>(env.values())).hasSameSizeAs(env.values());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(checkout.resolve(".env"))))
                .isEqualTo("rw-------");
        assertThat(env.keySet()).containsAll(Compose.required(Compose.text(Path.of("docker-compose.yml"))));
    }

    @Test
    void theNextRunKeepsWhatStandsThereAndAddsWhatIsNew() throws Exception {
        run();
        var env = checkout.resolve(".env");
        var before = Files.readString(env);
        run();
        assertThat(env).hasContent(before);

        Files.writeString(env, before.replaceAll("HOOK_TOKEN=.*\n", "").replace("#SESSIONS_KEY=", "SESSIONS_KEY="));
        run();

        var after = Compose.env(env);
        assertThat(after.get("HOOK_TOKEN")).matches("[0-9a-f]{64}");
        assertThat(Base64.getDecoder().decode(after.get("SESSIONS_KEY"))).hasSize(32);
        assertThat(after.get("FUSIONAUTH_API_KEY")).isEqualTo(valueIn(before, "FUSIONAUTH_API_KEY"));
    }

    /** Editors differ in whether they end the last line. */
    @Test
    void aLastLineThatIsNotEndedLosesNothing() throws Exception {
        run();
        var env = checkout.resolve(".env");
        var made = Files.readString(env);

        Files.writeString(env, made.replaceAll("HOOK_TOKEN=.*\n", "") + "DEVICES_LIMIT=7");
        run();
        assertThat(Compose.env(env)).containsEntry("DEVICES_LIMIT", "7");
        assertThat(Compose.env(env).get("HOOK_TOKEN")).matches("[0-9a-f]{64}");

        var complete = Files.readString(env);
        Files.writeString(env, complete.stripTrailing());
        run();
        assertThat(env).content().isEqualTo(complete);
    }

    @Test
    void whatOnlyOthersKnowIsNotMadeUp() throws Exception {
        run();
        var env = checkout.resolve(".env");
        Files.writeString(
                env,
                Files.readString(env)
                        .replaceAll("GOOGLE_CLIENT_SECRET=.*", "GOOGLE_CLIENT_SECRET=")
                        .replace("#LEGACY_DATABASE_PASSWORD=", "LEGACY_DATABASE_PASSWORD=")
                        .concat("FUSIONAUTH_DOCTOR_KEY=\n"));
        run();

        assertThat(Compose.env(env))
                .containsEntry("GOOGLE_CLIENT_SECRET", "")
                .containsEntry("LEGACY_DATABASE_PASSWORD", "")
                .containsEntry("FUSIONAUTH_DOCTOR_KEY", "");
    }

    private static String valueIn(String env, String name) {
        return env.lines()
                .filter(line -> line.startsWith(name + "="))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }

    private void run() throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "sh", checkout.resolve("scripts/make-env.sh").toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).doesNotContainPattern("[0-9a-f]{16}");
    }
}
