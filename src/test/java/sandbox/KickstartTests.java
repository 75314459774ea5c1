package sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

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
