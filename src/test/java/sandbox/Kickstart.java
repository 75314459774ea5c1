package sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads a kickstart file of the project as FusionAuth does: variables, the environment and text includes. */
final class Kickstart {

    /** A request of the file, resolved. */
    record Request(String method, String url, boolean replacesArrays, JsonNode body) {}

    private static final Pattern REFERENCE = Pattern.compile("#\\{([^}]+)}");
    private static final Pattern INCLUDE = Pattern.compile("\"@\\{([^}]+)}\"");

    private final JsonNode file;
    private final Map<String, String> variables = new LinkedHashMap<>();

    Kickstart(Path path, Map<String, String> environment) {
        try {
            var text = Files.readString(path);
            Json.MAPPER
                    .readTree(text)
                    .path("variables")
                    .properties()
                    .forEach(entry ->
                            variables.put(entry.getKey(), entry.getValue().asString()));
            var included = INCLUDE.matcher(text).replaceAll(match -> {
                try {
                    return Matcher.quoteReplacement(
                            Json.MAPPER.writeValueAsString(Files.readString(path.resolveSibling(match.group(1)))));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            file = Json.MAPPER.readTree(REFERENCE.matcher(included).replaceAll(match -> {
                var name = match.group(1);
                var value = name.startsWith("ENV.") ? environment.get(name.substring(4)) : variables.get(name);
                if (value == null) {
                    throw new IllegalStateException("the kickstart needs " + name);
                }
                return Matcher.quoteReplacement(value);
            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String variable(String name) {
        return Objects.requireNonNull(variables.get(name), "the kickstart lacks the variable " + name);
    }

    JsonNode apiKeys() {
        return file.path("apiKeys");
    }

    java.util.List<Request> requests() {
        var requests = new java.util.ArrayList<Request>();
        file.path("requests")
                .forEach(request -> requests.add(new Request(
                        request.path("method").asString(),
                        request.path("url").asString(),
                        request.path("contentType").asString("").equals("application/merge-patch+json"),
                        request.path("body"))));
        return requests;
    }
}
