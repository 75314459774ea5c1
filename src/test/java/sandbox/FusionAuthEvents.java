package sandbox;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/**
 * FusionAuth's events on their way to the webhooks that the kickstart configures: signed, inside the transaction where
 * the tenant says so, tried up to three more times where the transaction went on, and never in a promised order.
 */
final class FusionAuthEvents {

    private static final int MORE_TRIES = 3;

    private final FusionAuthState state;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Types that get lost on the way, as a {@code .complete} event may. */
    final Set<String> lost = ConcurrentHashMap.newKeySet();

    FusionAuthEvents(FusionAuthState state) {
        this.state = state;
    }

    /**
     * Sends an event to whoever takes it. {@code fields} are those beside id, type, tenant and time.
     *
     * @return whether what it tells of may go on: false only for a transactional event that was refused
     */
    boolean fire(String type, Map<String, Object> fields) {
        var setting = state.tenant().path("eventConfiguration").path("events").path(type);
        var webhooks = state.configuredAt("/api/webhook").values().stream()
                .map(webhook -> webhook.path("webhook"))
                .filter(webhook -> takes(webhook, type))
                .toList();
        if (!setting.path("enabled").asBoolean(false) || webhooks.isEmpty() || lost.contains(type)) {
            return true;
        }
        var body = body(type, fields);
        var rule = type.endsWith(".complete")
                ? "None"
                : setting.path("transactionType").asString("None");
        if (rule.equals("None")) {
            webhooks.forEach(webhook -> threads.execute(() -> send(webhook, body, MORE_TRIES + 1)));
            return true;
        }
        var failed =
                webhooks.stream().filter(webhook -> !send(webhook, body, 1)).toList();
        var goesOn = isMet(rule, webhooks.size() - failed.size(), webhooks.size());
        if (goesOn) {
            failed.forEach(webhook -> threads.execute(() -> send(webhook, body, MORE_TRIES)));
        }
        return goesOn;
    }

    private boolean takes(JsonNode webhook, String type) {
        var tenant = webhook.path("global").asBoolean(false)
                || FusionAuthState.strings(webhook.path("tenantIds")).contains(state.tenantId);
        return tenant && webhook.path("eventsEnabled").path(type).asBoolean(false);
    }

    private static boolean isMet(String rule, int succeeded, int all) {
        return switch (rule) {
            case "Any" -> succeeded >= 1;
            case "SimpleMajority" -> succeeded * 2 >= all;
            case "SuperMajority" -> succeeded * 3 >= all * 2;
            case "AbsoluteMajority" -> succeeded == all;
            default -> throw new IllegalStateException("no such transaction type: " + rule);
        };
    }

    private byte[] body(String type, Map<String, Object> fields) {
        var event = new LinkedHashMap<String, Object>();
        event.put("id", UUID.randomUUID().toString());
        event.put("type", type);
        event.put("createInstant", Instant.now().toEpochMilli());
        event.put("tenantId", state.tenantId);
        event.put("info", Map.of());
        event.putAll(fields);
        return Json.MAPPER.writeValueAsString(Map.of("event", event)).getBytes(StandardCharsets.UTF_8);
    }

    /** The signature of a body, as the header has it. */
    String signature(byte[] body) {
        return state.signer.sign(new JWTClaimsSet.Builder()
                .claim("request_body_sha256", sha256(body))
                .build());
    }

    private static String sha256(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private boolean send(JsonNode webhook, byte[] body, int tries) {
        for (int i = 0; i < tries; i++) {
            if (i > 0) {
                Server.pause(Duration.ofMillis(200L * i));
            }
            if (arrives(webhook, body)) {
                return true;
            }
        }
        return false;
    }

    private boolean arrives(JsonNode webhook, byte[] body) {
        var request = HttpRequest.newBuilder(URI.create(webhook.path("url").asString()))
                .timeout(state.patience(webhook))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        webhook.path("headers")
                .properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().asString()));
        if (webhook.path("signatureConfiguration").path("enabled").asBoolean(false)) {
            request.header("X-FusionAuth-Signature-JWT", signature(body));
        }
        try {
            var status = http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status >= 200 && status <= 299;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A webhook like the licensed kickstart's, for editions and events that it does not configure. */
    void configure(URI url, String token, List<String> transactional, List<String> others) {
        var hook = Json.MAPPER.createObjectNode();
        var webhook = hook.putObject("webhook");
        webhook.put("url", url.toString());
        webhook.putArray("tenantIds").add(state.tenantId);
        webhook.putObject("headers").put("X-Hook-Token", token);
        webhook.putObject("signatureConfiguration").put("enabled", true);
        var taken = webhook.putObject("eventsEnabled");
        var tenant = Json.MAPPER.createObjectNode();
        var events = tenant.putObject("tenant").putObject("eventConfiguration").putObject("events");
        for (var type : transactional) {
            taken.put(type, true);
            events.putObject(type).put("enabled", true).put("transactionType", "AbsoluteMajority");
        }
        for (var type : others) {
            taken.put(type, true);
            events.putObject(type).put("enabled", true).put("transactionType", "None");
        }
        state.configure("/api/webhook/" + UUID.randomUUID(), hook);
        state.configure("/api/tenant/" + state.tenantId, tenant);
    }
}
