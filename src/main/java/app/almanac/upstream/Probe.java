package app.almanac.upstream;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks another machine one plain question for the doctor: two seconds, no redirect followed, at most 256 KiB read. */
public final class Probe {

    /** What came back. {@code status} is -1 when nothing did. */
    public record Answer(int status, Optional<URI> location, Optional<Instant> date, String body) {

        public boolean isThere() {
            return status > 0;
        }

        /** The body as JSON, or an empty object. */
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JacksonException notJson) {
                return JSON.createObjectNode();
            }
        }

        /** How far the other's clock is from ours; empty when it does not say. */
        public Optional<Duration> ahead(Clock ours) {
            return date.map(there -> Duration.between(ours.instant(), there));
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AT_MOST = 256 << 10;

    private final RestClient http = RestClient.builder()
            .requestFactory(Upstream.within(Duration.ofSeconds(2)))
            .build();

    public Answer get(URI address) {
        return ask(HttpMethod.GET, address, headers -> {}, null);
    }

    public Answer post(URI address, Map<String, String> form) {
        var body = new LinkedMultiValueMap<String, String>();
        form.forEach(body::add);
        return ask(
                HttpMethod.POST,
                address,
                headers -> headers.set(HttpHeaders.CONTENT_TYPE, "application/x-www-form-urlencoded"),
                body);
    }

    /** {@code body} is sent as it is, with the headers that are given. */
    public Answer ask(HttpMethod method, URI address, Consumer<HttpHeaders> headers, @Nullable Object body) {
        try {
            var request = http.method(method).uri(address).headers(headers);
            if (body != null) {
                request.body(body);
            }
            return request.exchange((sent, response) -> new Answer(
                    response.getStatusCode().value(),
                    Optional.ofNullable(response.getHeaders().getLocation()).map(address::resolve),
                    Optional.ofNullable(response.getHeaders().getFirst(HttpHeaders.DATE))
                            .flatMap(Probe::instant),
                    new String(response.getBody().readNBytes(AT_MOST), StandardCharsets.UTF_8)));
        } catch (RestClientException | IllegalArgumentException e) {
            return new Answer(-1, Optional.empty(), Optional.empty(), "");
        }
    }

    private static Optional<Instant> instant(String header) {
        try {
            return Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
