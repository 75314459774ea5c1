package app.almanac.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** docker-compose.yml, read as Docker Compose reads it, as far as its references go. */
final class Compose {

    /** {@code ${NAME}}, {@code ${NAME:-otherwise}} or {@code ${NAME:?what to do}}, the innermost first. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::([-?])([^${}]*))?}");

    private final Map<String, Object> file;

    Compose() {
        file = map(new Yaml().load(text(Path.of("docker-compose.yml"))));
    }

    Map<String, Object> services() {
        return map(file.get("services"));
    }

    Map<String, Object> service(String name) {
        return map(services().get(name));
    }

    Map<String, Object> top(String name) {
        return map(file.get(name));
    }

    /** Variable to value as the file has it: null where it is handed on from {@code .env}. */
    Map<String, Object> environment(String service) {
        return map(service(service).get("environment"));
    }

    /** Every variable that a text refuses to do without. */
    static Set<String> required(String text) {
        var names = new TreeSet<String>();
        var matcher = VARIABLE.matcher(text);
        while (matcher.find()) {
            if (!"-".equals(matcher.group(2))) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    /** The value that a container gets. */
    static String resolved(String value, Map<String, String> env) {
        var before = "";
        var after = value;
        while (!after.equals(before)) {
            before = after;
            after = VARIABLE.matcher(before).replaceAll(match -> {
                var set = env.getOrDefault(match.group(1), "");
                var otherwise = "-".equals(match.group(2)) ? match.group(3) : "";
                return Matcher.quoteReplacement(set.isEmpty() ? otherwise : set);
            });
        }
        return after;
    }

    static Map<String, String> env(Path file) {
        var variables = new LinkedHashMap<String, String>();
        for (var line : text(file).lines().toList()) {
            if (line.matches("[A-Z_]+=.*")) {
                variables.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return variables;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // what YAML has here is a mapping, or the test fails
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
    }

    static List<String> strings(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
