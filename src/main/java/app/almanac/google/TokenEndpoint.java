package app.almanac.google;

import app.almanac.upstream.Upstream;
import app.almanac.upstream.UpstreamCalls;
import app.almanac.upstream.UpstreamCalls.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Google's token and revocation endpoints. An answer is judged by its {@code error} field, since Google does not document
 * the statuses; what cannot be read proves nothing.
 */
@Component
class TokenEndpoint {

    /** What the endpoint said, once. */
    sealed interface Answer {

        record Tokens(JsonNode json) implements Answer {}

        /** {@code invalid_grant} or the organisation's policy: the token or code is worth nothing. */
        record NotAccepted(boolean organisation) implements Answer {}

        record Unreachable(boolean operatorsFault) implements Answer {}
    }

    private record Raw(int status, String body) {}

    private static final Logger log = LoggerFactory.getLogger(TokenEndpoint.class);
    private static final Duration BEHIND_A_PAGE = Duration.ofSeconds(3);
    private static final Duration SOMEBODY_WAITS = Duration.ofMillis(1200);
    private static final int AT_MOST = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final GoogleSettings settings;
    private final RestClient patient = within(BEHIND_A_PAGE);
    private final RestClient prompt = within(SOMEBODY_WAITS);

    TokenEndpoint(GoogleSettings settings) {
        this.settings = settings;
    }

    private static RestClient within(Duration deadline) {
        return RestClient.builder().requestFactory(Upstream.within(deadline)).build();
    }

    Answer refresh(String refreshToken) {
        return ask(patient, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    Answer exchange(Map<String, String> form) {
        return ask(prompt, form);
    }

    private Answer ask(RestClient http, Map<String, String> form) {
        var complete = new java.util.HashMap<>(form);
        complete.put("client_id", settings.clientId());
        complete.put("client_secret", settings.clientSecret());
        var raw = post(http, settings.tokenUrl(), complete);
        var json = raw == null ? null : parsed(raw.body());
        if (raw == null || json == null || !json.isObject()) {
            return new Answer.Unreachable(false);
        }
        if (raw.status() == 200 && json.hasNonNull("access_token")) {
            return new Answer.Tokens(json);
        }
        return refusal(json.path("error").asString(""), json);
    }

    GoogleAccessTokens.Revocation revoke(String token) {
        var raw = post(prompt, settings.revocationUrl(), Map.of("token", token));
        if (raw != null && raw.status() == 200) {
            return GoogleAccessTokens.Revocation.REVOKED;
        }
        var json = raw == null || raw.status() != 400 ? null : parsed(raw.body());
        return json != null && "invalid_token".equals(json.path("error").asString(""))
                ? GoogleAccessTokens.Revocation.ALREADY_DEAD
                : GoogleAccessTokens.Revocation.NOT_REACHED;
    }

    private static Answer refusal(String error, JsonNode json) {
        var text = json.path("error_description").asString("")
                + json.path("error_subtype").asString("");
        return switch (error) {
            case "invalid_grant" ->
                new Answer.NotAccepted(text.contains("rapt") || text.contains("admin_policy_enforced"));
            case "admin_policy_enforced", "access_denied" -> new Answer.NotAccepted(true);
            case "invalid_client",
                    "deleted_client",
                    "unauthorized_client",
                    "unsupported_grant_type",
                    "invalid_request",
                    "invalid_scope",
                    "redirect_uri_mismatch" -> {
                log.error("Google refuses Almanac's OAuth client: {}", error);
                yield new Answer.Unreachable(true);
            }
            default -> new Answer.Unreachable(false);
        };
    }

    private @Nullable Raw post(RestClient http, URI address, Map<String, String> form) {
        var body = new LinkedMultiValueMap<String, String>();
        form.forEach(body::add);
        var begun = System.nanoTime();
        var operation = form.getOrDefault("grant_type", "revocation").replace('_', ' ');
        try {
            var raw = http.post()
                    .uri(address)
                    .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                    .accept(MediaType.APPLICATION_JSON)
                    .body(body)
                    .exchange((request, response) -> new Raw(
                            response.getStatusCode().value(),
                            new String(response.getBody().readNBytes(AT_MOST), StandardCharsets.UTF_8)));
            UpstreamCalls.record("google", operation, Outcome.of(raw.status()), begun);
            return raw;
        } catch (RestClientException e) {
            UpstreamCalls.record("google", operation, UpstreamCalls.without(e), begun);
            log.warn("Google's token endpoint did not answer: {}", cause(e));
            return null;
        }
    }

    private static String cause(RestClientException e) {
        return e.getCause() instanceof IOException io
                ? io.getClass().getSimpleName()
                : e.getClass().getSimpleName();
    }

    private static @Nullable JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
