package app.almanac.google;

import app.almanac.google.GoogleCalendarAnswer.Cause;
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
import org.springframework.http.HttpHeaders;
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

        /** {@code retryAfter}: how long Google asked to be left alone, where it did. */
        record Unreachable(Cause cause, @Nullable Duration retryAfter) implements Answer {}
    }

    private sealed interface Reply {

        record Raw(int status, String body, @Nullable Duration retryAfter) implements Reply {}

        record None(Cause cause) implements Reply {}
    }

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
        return switch (post(http, settings.tokenUrl(), complete)) {
            case Reply.None(var cause) -> new Answer.Unreachable(cause, null);
            case Reply.Raw(var status, var text, var retryAfter) -> {
                var json = parsed(text);
                yield status == 200 && json.hasNonNull("access_token")
                        ? new Answer.Tokens(json)
                        : refusal(json, retryAfter);
            }
        };
    }

    GoogleAccessTokens.Revocation revoke(String token) {
        if (!(post(prompt, settings.revocationUrl(), Map.of("token", token))
                instanceof Reply.Raw(var status, var body, var ignored))) {
            return GoogleAccessTokens.Revocation.NOT_REACHED;
        }
        if (status == 200) {
            return GoogleAccessTokens.Revocation.REVOKED;
        }
        return status == 400
                        && "invalid_token".equals(parsed(body).path("error").asString(""))
                ? GoogleAccessTokens.Revocation.ALREADY_DEAD
                : GoogleAccessTokens.Revocation.NOT_REACHED;
    }

    private static Answer refusal(JsonNode json, @Nullable Duration retryAfter) {
        var error = json.path("error").asString("");
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
                yield new Answer.Unreachable(Cause.OPERATOR, null);
            }
            default -> new Answer.Unreachable(Cause.DOWN, retryAfter);
        };
    }

    private static Reply post(RestClient http, URI address, Map<String, String> form) {
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
                    .exchange((request, response) -> new Reply.Raw(
                            response.getStatusCode().value(),
                            new String(response.getBody().readNBytes(AT_MOST), StandardCharsets.UTF_8),
                            Rests.asked(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER))));
            UpstreamCalls.record("google", operation, Outcome.of(raw.status()), begun);
            return raw;
        } catch (RestClientException e) {
            var outcome = UpstreamCalls.without(e);
            UpstreamCalls.record("google", operation, outcome, begun);
            log.warn("Google's token endpoint did not answer: {}", cause(e));
            return new Reply.None(outcome == Outcome.NO_PLACE ? Cause.NO_PLACE : Cause.DOWN);
        }
    }

    private static String cause(RestClientException e) {
        return e.getCause() instanceof IOException io
                ? io.getClass().getSimpleName()
                : e.getClass().getSimpleName();
    }

    /** What cannot be read has no fields. */
    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            return JSON.missingNode();
        }
    }
}
