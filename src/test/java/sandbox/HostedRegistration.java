package sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sandbox.FusionAuthUsers.Created;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /oauth2/register}: the application's advanced form on the theme's page, the validation lambda, then the user and
 * the registration, and back to the application as signed in.
 */
final class HostedRegistration {

    private final FusionAuthState state;
    private final SingleSignOn singleSignOn;
    private final HostedSignIn signIn;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    /** Where the documentation and the shipped template differ: which of them is right here. */
    volatile Lambda.Layout layout = Lambda.Layout.DOCUMENTED;

    /** Whether a parameter such as {@code user.data.inviteCode} of a GET is bound into the form; not documented. */
    volatile boolean bindsQuery = false;

    HostedRegistration(FusionAuthState state, SingleSignOn singleSignOn, HostedSignIn signIn, int port) {
        this.state = state;
        this.singleSignOn = singleSignOn;
        this.signIn = signIn;
        this.port = port;
        if (!fields().isEmpty()) {
            Thread.ofPlatform().daemon().start(Lambda::warmUp);
        }
    }

    void answer(Exchange exchange) throws IOException {
        var request = exchange.method().equals("POST") ? exchange.form() : exchange.query();
        var problem = signIn.problem(request);
        if (problem != null) {
            exchange.page(400, "Invalid request", "<p>" + problem + "</p>");
        } else if (fields().isEmpty()) {
            exchange.page(403, "Registration is closed", "<p>This application lets nobody register here.</p>");
        } else if (exchange.method().equals("POST")) {
            submit(exchange, request);
        } else {
            show(exchange, request, user(bindsQuery ? request : Map.of()), Map.of(), List.of());
        }
    }

    private void submit(Exchange exchange, Map<String, String> form) throws IOException {
        var user = user(form);
        var byField = new LinkedHashMap<String, List<String>>();
        for (var field : fields()) {
            var key = field.path("key").asString();
            if (field.path("required").asBoolean(false)
                    && form.getOrDefault(key, "").isBlank()) {
                byField.put(key, List.of(text("[missing]" + key, null)));
            }
        }
        var registration = Json.MAPPER.createObjectNode().put("applicationId", state.applicationId);
        var verdict = lambda().validate(withoutPassword(user), registration, layout);
        verdict.byField()
                .forEach((field, problems) -> byField.putIfAbsent(
                        field,
                        problems.stream()
                                .map(problem -> text(problem.code(), problem.message()))
                                .toList()));
        var general = verdict.general().stream()
                .map(problem -> text(problem.code(), problem.message()))
                .toList();
        if (!byField.isEmpty() || !general.isEmpty()) {
            show(exchange, form, user, byField, general);
            return;
        }
        switch (state.users.create(null, user, registration)) {
            case Created.Made(var made) ->
                signIn.sendBack(exchange, singleSignOn.begin(exchange, made.id(), "REGISTRATION"), form);
            case Created.Invalid(var errors) ->
                show(
                        exchange,
                        form,
                        user,
                        errors.entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey, error -> List.of(text(error.getValue(), null)))),
                        List.of());
            case Created.Refused() ->
                show(exchange, form, user, Map.of(), List.of(text("[WebhookTransactionException]", null)));
        }
    }

    private void show(
            Exchange exchange,
            Map<String, String> request,
            JsonNode user,
            Map<String, List<String>> fieldMessages,
            List<String> errorMessages)
            throws IOException {
        var model = new LinkedHashMap<String, Object>(request);
        model.put("user", plain(withoutPassword(user)));
        model.put("fields", fields().stream().map(HostedRegistration::plain).toList());
        model.put("fieldMessages", fieldMessages);
        model.put("errorMessages", errorMessages);
        exchange.html(200, pages().render("oauth2/register", model));
    }

    /** The fields of the application's form; none where nobody may register here. */
    private List<JsonNode> fields() {
        var configuration = state.application().path("registrationConfiguration");
        var fields = new ArrayList<JsonNode>();
        if (configuration.path("enabled").asBoolean(false)) {
            var form = state.configured(
                            "/api/form/" + configuration.path("formId").asString(""))
                    .path("form");
            for (var step : form.path("steps")) {
                step.path("fields")
                        .forEach(id -> fields.add(state.configured("/api/form/field/" + id.asString())
                                .path("field")));
            }
        }
        return fields;
    }

    /** What the form says of the user: {@code user.data.inviteCode} is {@code {"data":{"inviteCode":…}}}. */
    private ObjectNode user(Map<String, String> form) {
        var user = Json.MAPPER.createObjectNode();
        for (var field : fields()) {
            var key = field.path("key").asString();
            var value = form.getOrDefault(key, "");
            if (key.startsWith("user.") && !value.isEmpty()) {
                var into = user;
                var path = key.substring(5).split("\\.", -1);
                for (int i = 0; i < path.length - 1; i++) {
                    into = into.withObject("/" + path[i]);
                }
                into.put(path[path.length - 1], value);
            }
        }
        return user;
    }

    private Lambda lambda() {
        var id = state.application()
                .path("lambdaConfiguration")
                .path("selfServiceRegistrationValidationId")
                .asString("");
        var lambda = state.configured("/api/lambda/" + id).path("lambda");
        return new Lambda(lambda.path("body").asString(""), this::send, this::secret);
    }

    private @Nullable String secret(String name) {
        return state.configuredAt("/api/key/import").values().stream()
                .map(key -> key.path("key"))
                .filter(key -> key.path("name").asString("").equals(name))
                .map(key -> key.path("secret").asString())
                .findFirst()
                .orElse(null);
    }

    /** A lambda's {@code fetch}; FusionAuth's own API answers lambdas on port 9012. */
    private Lambda.Answer send(String url, JsonNode options) throws IOException {
        var here = url.replace("http://localhost:9012/", "http://localhost:" + port + "/");
        var request = HttpRequest.newBuilder(URI.create(here))
                .timeout(state.patience(options))
                .method(
                        options.path("method").asString("GET"),
                        HttpRequest.BodyPublishers.ofString(options.path("body").asString("")));
        options.path("headers")
                .properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().asString()));
        try {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Lambda.Answer(answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private ThemePages pages() {
        var tenants = state.tenant().path("themeId").asString("");
        var theme = state.application().path("themeId").asString(tenants);
        return new ThemePages(state.configured("/api/theme/" + theme).path("theme"));
    }

    /** The theme's text for a code, else the lambda's, else the code. */
    private String text(String code, @Nullable String otherwise) {
        var pages = pages();
        return pages.knows(code) || otherwise == null ? pages.message(code) : otherwise;
    }

    private static ObjectNode withoutPassword(JsonNode user) {
        var without = ((ObjectNode) user).deepCopy();
        without.remove("password");
        return without;
    }

    private static Object plain(JsonNode json) {
        return Json.MAPPER.convertValue(json, Object.class);
    }
}
