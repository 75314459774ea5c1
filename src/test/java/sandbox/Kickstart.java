package sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads a kickstart file of the project as FusionAuth does: variables, the environment and text includes. */
final class Kickstart {

    /** A request of the file, resolved. */
    record Request(String method, String url, JsonNode body) {}

    private static final Pattern REFERENCE = Pattern.compile("#\\{([^}]+)}");
    private static final Pattern INCLUDE = Pattern.compile("\"@\\{([^}]+)}\"");

    private final JsonNode file;

    Kickstart(Path path, Map<String, String> environment) {
        try {
            var text = Files.readString(path);
            var variables = new LinkedHashMap<String, String>();
            Exchange.JSON
                    .readTree(text)
                    .path("variables")
                    .properties()
                    .forEach(entry ->
                            variables.put(entry.getKey(), entry.getValue().asString()));
            var included = INCLUDE.matcher(text).replaceAll(match -> {
                try {
                    return Matcher.quoteReplacement(
                            Exchange.JSON.writeValueAsString(Files.readString(path.resolveSibling(match.group(1)))));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            file = Exchange.JSON.readTree(REFERENCE.matcher(included).replaceAll(match -> {
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

    JsonNode apiKeys() {
        return file.path("apiKeys");
    }

    java.util.List<Request> requests() {
        var requests = new java.util.ArrayList<Request>();
        file.path("requests")
                .forEach(request -> requests.add(new Request(
                        request.path("method").asString(), request.path("url").asString(), request.path("body"))));
        return requests;
    }
}
