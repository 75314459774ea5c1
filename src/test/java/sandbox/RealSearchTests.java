package sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/** A real OpenSearch or Elasticsearch, where its address is given. */
@EnabledIfEnvironmentVariable(named = "OPENSEARCH_URL", matches = "http.+")
class RealSearchTests extends SearchAnswers {

    private static final String INDEX = "/almanac-search-answers";

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    @Override
    void threeUsers() throws Exception {
        send("PUT", INDEX, Map.of("mappings", Map.of("properties", Map.of("registrations", Map.of("type", "nested")))));
        super.threeUsers();
    }

    @AfterEach
    void forget() throws Exception {
        send("DELETE", INDEX, Map.of());
    }

    @Override
    void store(int number, String json) throws Exception {
        send("PUT", INDEX + "/_doc/" + number, Json.MAPPER.readTree(json));
    }

    @Override
    void refresh() throws Exception {
        send("POST", INDEX + "/_refresh", Map.of());
    }

    @Override
    List<String> found(String query) throws Exception {
        var answer = send("POST", INDEX + "/_search", Map.of("query", Map.of("query_string", Map.of("query", query))));
        var names = new ArrayList<String>();
        answer.path("hits")
                .path("hits")
                .forEach(hit -> names.add(hit.path("_source").path("name").asString()));
        return names.stream().sorted().toList();
    }

    private JsonNode send(String method, String path, Object body) throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(System.getenv("OPENSEARCH_URL") + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException("the engine answered " + answer.statusCode());
        }
        return Json.MAPPER.readTree(answer.body());
    }
}
