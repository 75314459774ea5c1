package app.almanac.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/operations.md tells of every secret how it is changed. */
class SecretRotationTests {

    private static final Pattern SECRET = Pattern.compile("[A-Z_]+_(PASSWORD|SECRET|TOKEN|KEYS?|LICENSE_ID)");

    @Test
    void everySecretOfTheEnvironmentHasARowThatTellsHowItIsRotated() {
        var secrets = new TreeSet<String>();
        Pattern.compile("(?m)^#?([A-Z_]+)=")
                .matcher(Compose.text(Path.of(".env.example")))
                .results()
                .forEach(match -> secrets.add(match.group(1)));
        var compose = new Compose();
        compose.environment("almanac").keySet().forEach(secrets::add);
        compose.services()
                .keySet()
                .forEach(service -> compose.environment(service)
                        .values()
                        .forEach(value -> secrets.addAll(Compose.required(String.valueOf(value)))));
        secrets.removeIf(name -> !SECRET.matcher(name).matches());

        assertThat(secrets).hasSizeGreaterThan(15);
        assertThat(told()).containsAll(secrets);
    }

    private static Set<String> told() {
        var operations = Compose.text(Path.of("docs", "operations.md"));
        var section = operations.substring(operations.indexOf("## Rotating secrets"));
        var names = new TreeSet<String>();
        section.substring(0, section.indexOf("\n## "))
                .lines()
                .filter(row -> row.startsWith("| "))
                .map(row -> row.split("\\|")[1])
                .forEach(secret -> Pattern.compile("`([A-Z_]+)`")
                        .matcher(secret)
                        .results()
                        .forEach(match -> names.add(match.group(1))));
        return names;
    }
}
