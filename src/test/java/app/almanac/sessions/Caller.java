package app.almanac.sessions;

import app.almanac.journeys.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A business application that keeps its people's sessions at Almanac. */
final class Caller {

    record Answer(int status, String text, String contentType, String challenge) {

        JsonNode json() {
            return JSON.readTree(text);
        }

        String field(String name) {
            return json().path(name).asString("");
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI base;
    private final @Nullable String token;
    private final HttpClient http;

    private Caller(URI base, @Nullable String token, HttpClient http) {
        this.base = base;
        this.token = token;
        this.http = http;
    }

    static Caller of(World world) {
        return new Caller(
                world.url(),
                Objects.requireNonNull(world.sandbox().settings().get("SESSIONS_TOKEN")),
                HttpClient.newHttpClient());
    }

    Caller with(@Nullable String otherToken) {
        return new Caller(base, otherToken, http);
    }

    Answer put(String identifier, Map<String, Object> body) {
        return putText(identifier, JSON.writeValueAsString(body));
    }

    Answer putText(String identifier, String body) {
        return send(request("/api/sessions/" + identifier)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer get(String identifier) {
        return send(request("/api/sessions/" + identifier).GET());
    }

    Answer list(String query) {
        return send(request("/api/sessions" + query).GET());
    }

    Answer delete(String identifier) {
        return send(request("/api/sessions/" + identifier).DELETE());
    }

    static Map<String, Object> body(String userId, String accessToken, Object... more) {
        var body = new HashMap<String, Object>();
        body.put("userId", userId);
        body.put("accessToken", accessToken);
        for (int i = 0; i < more.length; i += 2) {
            body.put(String.valueOf(more[i]), more[i + 1]);
        }
        return body;
    }

    static JsonNode yaml(String text) {
        return JSON.valueToTree(new Yaml().load(text));
    }

    static JsonNode json(Map<String, Object> body) {
        return JSON.valueToTree(body);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String json) {
        return JSON.readValue(json, Map.class);
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofMinutes(1));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.headers().firstValue("WWW-Authenticate").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
