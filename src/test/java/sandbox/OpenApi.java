package sandbox;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.SimpleValidationReportFormat;
import com.atlassian.oai.validator.report.ValidationReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * FusionAuth's published API description, as far as Almanac uses it. Known gaps of the description are not held against
 * anybody: properties that it lacks (such as a search's numberOfResults), and events under their names on the wire.
 */
final class OpenApi {

    private static final class Loaded {

        static final OpenApiInteractionValidator VALIDATOR =
                OpenApiInteractionValidator.createForInlineApiSpecification(text())
                        .withLevelResolver(LevelResolver.create()
                                .withLevel(
                                        "validation.request.body.schema.additionalProperties",
                                        ValidationReport.Level.IGNORE)
                                .withLevel(
                                        "validation.response.body.schema.additionalProperties",
                                        ValidationReport.Level.IGNORE)
                                .build())
                        .build();

        private static String text() {
            try {
                return new ClassPathResource("fusionauth/openapi-1.69.0-excerpt.yaml")
                        .getContentAsString(StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final ExecutorService BESIDE = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("as-described").factory());

    private OpenApi() {}

    /** Looks at a call to the stand-in's API and its answer beside them, since a call has its deadline. */
    static void check(Exchange exchange, Consumer<String> violation) {
        look(exchange, () -> violations(exchange.method(), exchange.path(), exchange.body(), exchange), violation);
        exchange.onAnswer((status, text) -> look(exchange, () -> answerViolations(exchange, status, text), violation));
    }

    /** What cannot be compared, no JSON say, is a violation too. */
    private static void look(Exchange exchange, Supplier<String> comparison, Consumer<String> violation) {
        BESIDE.execute(() -> {
            String violations;
            try {
                violations = comparison.get();
            } catch (RuntimeException e) {
                violations = "cannot be compared: " + e;
            }
            if (!violations.isEmpty()) {
                violation.accept(exchange.method() + " " + exchange.path() + " is not as FusionAuth describes it: "
                        + violations);
            }
        });
    }

    /** Returns when all is looked at that came before. */
    static void finish() {
        CompletableFuture.runAsync(() -> {}, BESIDE).join();
    }

    /** What is wrong with a request, in the validator's words; empty when nothing is. */
    static String violations(String method, String path, String body) {
        var request = new SimpleRequest.Builder(Request.Method.valueOf(method), path);
        if (!body.isEmpty()) {
            request.withContentType("application/json").withBody(body);
        }
        return words(Loaded.VALIDATOR.validateRequest(request.build()));
    }

    private static String violations(String method, String path, String body, Exchange exchange) {
        var request = new SimpleRequest.Builder(Request.Method.valueOf(method), path);
        exchange.query().forEach(request::withQueryParam);
        if (!body.isEmpty()) {
            // The description names JSON alone; that PATCH takes merge patches stands in FusionAuth's pages.
            var type = Objects.requireNonNullElse(exchange.header("Content-Type"), "application/json");
            request.withContentType(type.replace("merge-patch+", "")).withBody(comparable(body));
        }
        return words(Loaded.VALIDATOR.validateRequest(request.build()));
    }

    private static String answerViolations(Exchange exchange, int status, String text) {
        var response = SimpleResponse.Builder.status(status)
                .withContentType("application/json")
                .withBody(comparable(text))
                .build();
        return words(Loaded.VALIDATOR.validateResponse(
                exchange.path(), Request.Method.valueOf(exchange.method()), response));
    }

    /**
     * Leaves out what the description has wrong: objects alone under {@code data}, where an application keeps whatever it
     * likes, and a list of {@code fieldErrors}, which are by field.
     */
    private static String comparable(String json) {
        if (json.isEmpty()) {
            return json;
        }
        var tree = JSON.readTree(json);
        for (var name : List.of("data", "fieldErrors")) {
            tree.findParents(name).forEach(parent -> ((ObjectNode) parent).remove(name));
        }
        return tree.toString();
    }

    private static String words(ValidationReport report) {
        return report.hasErrors() ? SimpleValidationReportFormat.getInstance().apply(report) : "";
    }
}
