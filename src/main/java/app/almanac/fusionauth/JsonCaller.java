package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import app.almanac.upstream.Upstream;
import app.almanac.upstream.UpstreamCalls;
import app.almanac.upstream.UpstreamCalls.Outcome;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * FusionAuth's API where its client of 1.53.0 does not do: merge-patch, and calls that may take longer, since
 * FusionAuth hashes a password and waits for webhooks in them. Bodies are neither logged nor kept.
 */
@Component
class JsonCaller {

    static final MediaType MERGE_PATCH = MediaType.parseMediaType("application/merge-patch+json");

    private static final Logger log = LoggerFactory.getLogger(JsonCaller.class);
    private static final Duration DEADLINE = Duration.ofSeconds(6);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RestClient client;

    JsonCaller(FusionAuthSettings settings) {
        this.client = RestClient.builder()
                .baseUrl(settings.internalUrl().toString())
                .requestFactory(Upstream.within(DEADLINE))
                .defaultHeader(HttpHeaders.AUTHORIZATION, settings.apiKey())
                .defaultHeader("X-FusionAuth-TenantId", settings.tenantId().toString())
                .build();
    }

    /** The status and FusionAuth's JSON, of errors too; no status where there was no answer in time. */
    Answer<JsonNode> call(String what, HttpMethod method, String path, MediaType type, Object body) {
        return exchange(what, client.method(method).uri(path).contentType(type).body(JSON.writeValueAsBytes(body)));
    }

    /** Likewise, without a body. */
    Answer<JsonNode> get(String what, String path) {
        return exchange(what, client.get().uri(path));
    }

    private static Answer<JsonNode> exchange(String what, RestClient.RequestHeadersSpec<?> request) {
        var begun = System.nanoTime();
        try {
            return request.accept(MediaType.APPLICATION_JSON).exchange((sent, response) -> {
                var status = response.getStatusCode().value();
                UpstreamCalls.record("fusionauth", what, Outcome.of(status), begun);
                if (status == 401 || status == 403) {
                    log.error("FusionAuth refuses our API key for {}: status {}", what, status);
                } else if (status >= 500 || status == 429) {
                    log.warn("FusionAuth did not answer {}: status {}", what, status);
                }
                return new Answer<>(status, read(response.getBody().readAllBytes()));
            });
        } catch (RestClientException e) {
            UpstreamCalls.record("fusionauth", what, UpstreamCalls.without(e), begun);
            log.warn(
                    "FusionAuth could not be asked {}: {}",
                    what,
                    e.getMostSpecificCause().getClass().getSimpleName());
            return new Answer<>(FusionAuthCaller.NO_ANSWER, null);
        }
    }

    /** What is no JSON, such as a proxy's page, says nothing. */
    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (tools.jackson.core.JacksonException notJson) {
            return JSON.missingNode();
        }
    }
}
