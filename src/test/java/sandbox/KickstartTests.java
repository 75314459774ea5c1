package sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What holds of both kickstart files; that each can be executed, every test with a sandbox shows. */
class KickstartTests {

    private static final List<String> GLOBAL = List.of(
            "/api/key",
            "/api/lambda",
            "/api/form",
            "/api/theme",
            "/api/connector",
            "/api/webhook",
            "/api/entity/type",
            "/api/email/template");

    @Test
    void theLicensedKickstartDoesAllThatTheCommunityOneDoes() throws Exception {
        var community = addresses(read("community"));
        var licensed = addresses(read("licensed"));

        assertThat(licensed).containsAll(community);
    }

    /** FusionAuth answers 401 there since 1.66, and global endpoints refuse a tenant since 1.65. */
    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void noGlobalEndpointIsGivenATenant(String edition) throws Exception {
        for (var request : read(edition).path("requests")) {
            if (GLOBAL.stream().anyMatch(request.path("url").asString()::startsWith)) {
                assertThat(request.has("tenantId"))
                        .as(request.path("url").asString())
                        .isFalse();
            }
        }
    }

    /** Otherwise seeding users would wait for an Almanac that is not up yet. */
    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void webhooksComeAfterEveryUser(String edition) throws Exception {
        var addresses = addresses(read(edition));
        var firstWebhook = addresses.stream()
                .filter(address -> address.contains("/api/webhook"))
                .findFirst();

        firstWebhook.ifPresent(webhook -> assertThat(addresses.subList(addresses.indexOf(webhook), addresses.size()))
                .noneMatch(address -> address.contains("/api/user")));
    }

    /** A theme for one application takes a licence. The tenant's theme is everybody's. */
    @Test
    void inTheLicensedEditionOurPagesAreOurApplicationsAlone() throws Exception {
        var themed = new ArrayList<String>();
        for (var request : read("licensed").path("requests")) {
            request.path("body").properties().forEach(part -> {
                if (part.getValue().has("themeId")) {
                    themed.add(part.getKey());
                }
            });
        }

        assertThat(themed).containsExactly("application");
    }

    /** The tenant is shared: a transactional event that fails undoes what others do, too. */
    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void onlyWhatAlmanacMustBeAbleToRefuseIsTransactional(String edition) throws Exception {
        var transactional = new TreeMap<String, String>();
        for (var request : read(edition).path("requests")) {
            request.path("body")
                    .path("tenant")
                    .path("eventConfiguration")
                    .path("events")
                    .properties()
                    .forEach(event -> transactional.put(
                            event.getKey(),
                            event.getValue().path("transactionType").asString("None")));
        }
        transactional.values().removeIf("None"::equals);
        transactional.remove("user.login.success"); // for DEVICES_POLICY=refuse

        if (edition.equals("licensed")) {
            assertThat(transactional).isEqualTo(Map.of("user.registration.create", "#{ENV.INVITATIONS_TRANSACTION}"));
        } else {
            assertThat(transactional).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void whatTheTenantsEventsGoToComesLast(String edition) throws Exception {
        var addresses = addresses(read(edition));
        var webhooks = addresses.stream()
                .filter(address -> address.contains("/api/webhook"))
                .toList();

        assertThat(addresses).endsWith(webhooks.toArray(String[]::new));
    }

    /** Each mode by the ids that .env.example names for it. */
    @ParameterizedTest
    @CsvSource({"strict, true", "search, true", "known, true", "off, false"})
    void theLambdaAndTheFormOfEachModeAreMade(String mode, boolean asksForACode) throws Exception {
        var row = Files.readString(Path.of(".env.example"))
                .lines()
                .filter(line -> line.startsWith("# " + mode + " "))
                .findFirst()
                .orElseThrow()
                .split("\\s+", -1);
        var environment = new HashMap<String, String>();
        environment.put("INVITATIONS_LAMBDA_ID", row[2]);
        environment.put("INVITATIONS_FORM_ID", row[3]);
        environment.put("INVITATIONS_TRANSACTION", row[4].replace(":", ""));
        var made = new HashMap<String, JsonNode>();
        for (var request : licensed(environment).requests()) {
            made.merge(request.url(), request.body(), (before, patch) -> Json.patched((ObjectNode) before, patch));
        }
        var application = made.getOrDefault("/api/application/a1a2a3a4-0000-4000-8000-000000000002", Json.MISSING)
                .path("application");

        var lambda = made.getOrDefault(
                        "/api/lambda/"
                                + application
                                        .at("/lambdaConfiguration/selfServiceRegistrationValidationId")
                                        .asString(),
                        Json.MISSING)
                .path("lambda");
        assertThat(lambda.path("type").asString()).isEqualTo("SelfServiceRegistrationValidation");
        assertThat(lambda.path("body").asString())
                .isEqualTo(Files.readString(Path.of("kickstart", "lambdas", "invitation-" + mode + ".js")));

        var registration = application.path("registrationConfiguration");
        assertThat(registration.path("enabled").asBoolean()).isTrue();
        assertThat(registration.path("type").asString()).isEqualTo("advanced");
        var fields = new ArrayList<String>();
        for (var id : made.getOrDefault(
                        "/api/form/" + registration.path("formId").asString(), Json.MISSING)
                .path("form")
                .path("steps")
                .path(0)
                .path("fields")) {
            fields.add(made.getOrDefault("/api/form/field/" + id.asString(), Json.MISSING)
                    .path("field")
                    .path("key")
                    .asString());
        }
        assertThat(fields).startsWith("user.email", "user.password", "user.fullName");
        if (asksForACode) {
            assertThat(fields).endsWith("user.data.inviteCode", "user.data.inviterEmail");
        } else {
            assertThat(fields).hasSize(3);
        }
        assertThat(made.getOrDefault("/api/tenant/a1a2a3a4-0000-4000-8000-000000000001", Json.MISSING)
                        .at("/tenant/eventConfiguration/events/user.registration.create/transactionType")
                        .asString())
                .isEqualTo(mode.equals("strict") ? "AbsoluteMajority" : "None");
    }

    /**
     * What a lambda reads, the kickstart stores: as secrets, since FusionAuth may substitute nothing inside of a file. Only
     * the rules of roles stand in a file: their lambda does without where they are not filled in.
     */
    @Test
    void everySecretThatALambdaReadsIsImported() throws Exception {
        var imported = new ArrayList<String>();
        for (var request : licensed(Map.of()).requests()) {
            if (request.url().startsWith("/api/key/import/")) {
                assertThat(request.body().path("key").path("type").asString()).isEqualTo("Secret");
                imported.add(request.body().path("key").path("name").asString());
            }
        }
        try (var lambdas = Files.list(Path.of("kickstart", "lambdas"))) {
            for (var lambda : lambdas.toList()) {
                var text = Files.readString(lambda).replace("#{ENV.ROLES_BY_DOMAIN}", "");
                assertThat(text).doesNotContain("#{").doesNotContainPattern("\\b(import|require|await)\\b *[({'\"]");
                Pattern.compile("secrets\\.get\\('([^']+)'\\)")
                        .matcher(text)
                        .results()
                        .forEach(read -> assertThat(imported).contains(read.group(1)));
            }
        }
        assertThat(imported).hasSize(4);
    }

    @Test
    void theWebhookIsSignedKnowsItsTokenAndIsNotWaitedForLong() throws Exception {
        var webhooks = licensed(Map.of("EVENTS_URL", "http://almanac.example/fusionauth/events")).requests().stream()
                .filter(request -> request.url().startsWith("/api/webhook/"))
                .map(request -> request.body().path("webhook"))
                .toList();

        assertThat(webhooks).isNotEmpty().allSatisfy(webhook -> {
            assertThat(webhook.path("url").asString()).endsWith("/fusionauth/events");
            assertThat(webhook.at("/signatureConfiguration/enabled").asBoolean())
                    .isTrue();
            assertThat(webhook.path("headers").has("X-Hook-Token")).isTrue();
            assertThat(webhook.path("global").asBoolean(true)).isFalse();
            assertThat(webhook.path("connectTimeout").asInt()).isBetween(1, 1000);
            assertThat(webhook.path("readTimeout").asInt()).isBetween(1, 2000);
        });
    }

    /** The built-in connector first, so that nobody who is known to FusionAuth is asked of ours; one variable for the mode. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void theConnectorComesAfterTheBuiltInOneInBothModes(String migrate) {
        var state = new FusionAuthState(
                Path.of("kickstart", "licensed", "kickstart.json"),
                new HashMap<>(Map.of(
                        "CONNECTOR_MIGRATE",
                        migrate,
                        "CONNECTOR_DOMAIN",
                        "old.example",
                        "CAST_PASSWORD",
                        "long enough")) {
                    @Override
                    public String get(Object name) {
                        return getOrDefault(name, "made");
                    }
                });

        var policies = state.tenant().path("connectorPolicies");
        assertThat(policies).hasSize(2);
        assertThat(policies.path(0).path("connectorId").asString()).isEqualTo(Connectors.BUILT_IN);
        assertThat(policies.path(0).path("migrate").asBoolean()).isFalse();
        var ours = policies.path(1);
        assertThat(ours.path("migrate").asBoolean()).isEqualTo(Boolean.parseBoolean(migrate));
        assertThat(ours.path("domains").path(0).asString()).isEqualTo("old.example");
        var connector = state.configured(
                        "/api/connector/" + ours.path("connectorId").asString())
                .path("connector");
        assertThat(connector.path("type").asString()).isEqualTo("Generic");
        assertThat(connector.path("connectTimeout").asInt()).isEqualTo(200);
        assertThat(connector.path("readTimeout").asInt())
                .as("what Almanac promises")
                .isEqualTo(800);
        assertThat(connector.path("debug").asBoolean()).isFalse();
        assertThat(connector.path("headers").path("X-Connector-Migrate").asString())
                .isEqualTo(migrate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void noSecretStandsInTheFile(String edition) throws Exception {
        var text = Files.readString(Path.of("kickstart", edition, "kickstart.json"));
        var secrets = Pattern.compile(
                        "(?i)\"(clientSecret|client_secret|password|key|secret|httpAuthenticationPassword|X-Hook-Token)\": *\"([^\"]*)\"")
                .matcher(text)
                .results()
                .map(found -> found.group(2))
                .filter(value -> !value.matches("user\\.[a-zA-Z.]+|[a-z_]+"))
                .toList();

        assertThat(secrets).isNotEmpty().allMatch(value -> value.startsWith("#{ENV."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void newAddressesMustBeConfirmedByALinkToWhereBrowsersReachFusionAuth(String edition) throws Exception {
        var template = Json.MISSING;
        var email = Json.MISSING;
        for (var request : read(edition).path("requests")) {
            if (request.path("url").asString().equals("/api/email/template/#{verificationEmailId}")) {
                template = request.path("body").path("emailTemplate");
            }
            if (request.path("body").path("tenant").has("emailConfiguration")) {
                email = request.path("body").path("tenant").path("emailConfiguration");
            }
        }

        assertThat(email.path("verifyEmail").asBoolean(false)).isTrue();
        assertThat(email.path("verificationEmailTemplateId").asString("")).isEqualTo("#{verificationEmailId}");
        for (var text : List.of("defaultHtmlTemplate", "defaultTextTemplate")) {
            assertThat(template.path(text).asString(""))
                    .contains("#{ENV.FUSIONAUTH_URL}/email/verify/${verificationId}?tenantId=${user.tenantId}");
        }
    }

    /** Otherwise whoever comes first to FusionAuth's own pages is asked to become its administrator. */
    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void fusionAuthHasAnAdministratorFromTheStart(String edition) throws Exception {
        assertThat(read(edition).path("requests"))
                .anySatisfy(request -> assertThat(request.path("body").path("registration"))
                        .isEqualTo(Json.MAPPER.readTree(
                                "{\"applicationId\":\"#{fusionAuthApplicationId}\",\"roles\":[\"admin\"]}")));
    }

    private static Kickstart licensed(Map<String, String> environment) {
        return new Kickstart(Path.of("kickstart", "licensed", "kickstart.json"), new HashMap<>(environment) {
            @Override
            public String get(Object name) {
                return getOrDefault(name, "made");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"community", "licensed"})
    void everyRequestIsAsFusionAuthDescribesIt(String edition) throws Exception {
        var file = new Kickstart(Path.of("kickstart", edition, "kickstart.json"), new AnyEnvironment());

        assertThat(file.requests())
                .isNotEmpty()
                .allSatisfy(request -> assertThat(OpenApi.violations(
                                request.method(),
                                request.url(),
                                typed(request.body().toString())))
                        .as(request.method() + " " + request.url())
                        .isEmpty());
    }

    /** A variable is text also where a truth value is due, and FusionAuth's reader takes "true" for true. */
    private static String typed(String body) {
        return body.replace("\"migrate\":\"https://example.com\"", "\"migrate\":true");
    }

    @Test
    void aRequestThatFusionAuthWouldNotKnowIsNoticed() {
        assertThat(OpenApi.violations("POST", "/api/no-such/thing", "{}")).isNotEmpty();
        assertThat(OpenApi.violations("PATCH", "/api/tenant/a1a2a3a4-0000-4000-8000-000000000001", "{\"tenant\":[]}"))
                .isNotEmpty();
        assertThat(OpenApi.violations(
                        "PATCH",
                        "/api/tenant/a1a2a3a4-0000-4000-8000-000000000001",
                        "{\"tenant\":{\"emailConfiguration\":{\"port\":\"1025\"}}}"))
                .isNotEmpty();
    }

    @Test
    void aCallThatIsNoJsonIsNoticedWhenItsSandboxIsClosed() throws Exception {
        var sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:8080"), "community");
        try (var http = HttpClient.newHttpClient()) {
            var call = HttpRequest.newBuilder(URI.create(sandbox.settings().get("FUSIONAUTH_URL") + "/api/user/search"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("planted"));
            http.send(call.build(), HttpResponse.BodyHandlers.discarding());
        } finally {
            assertThatThrownBy(sandbox::close).hasMessageContainingAll("POST /api/user/search", "cannot be compared");
        }
    }

    /** Has every variable: an id where an id is due, else an address. */
    private static final class AnyEnvironment extends java.util.HashMap<String, String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String get(Object name) {
            return name.toString().endsWith("_ID")
                    ? "a1a2a3a4-0000-4000-8000-0000000000ff"
                    : name.toString().endsWith("TRANSACTION") ? "None" : "https://example.com";
        }
    }

    private static JsonNode read(String edition) throws Exception {
        return Json.MAPPER.readTree(Files.readString(Path.of("kickstart", edition, "kickstart.json")));
    }

    private static List<String> addresses(JsonNode file) {
        var addresses = new ArrayList<String>();
        file.path("requests")
                .forEach(request -> addresses.add(request.path("method").asString() + " "
                        + request.path("url").asString()));
        return addresses;
    }
}
