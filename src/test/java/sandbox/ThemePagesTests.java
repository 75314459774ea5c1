package sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import freemarker.template.TemplateMethodModelEx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** The theme's pages, rendered by FreeMarker with FusionAuth's settings; its helpers are imitated. */
class ThemePagesTests {

    private static final Path THEME = Path.of("kickstart", "theme");
    private static final List<Map<String, Object>> FIELDS = List.of(
            Map.of("key", "user.email", "name", "e-mail", "control", "text", "required", true),
            Map.of("key", "user.password", "name", "password", "control", "password", "required", true),
            Map.of("key", "user.data.inviteCode", "name", "code", "control", "text", "required", true),
            Map.of("key", "user.data.inviterEmail", "name", "inviter", "control", "text", "required", false));

    @Test
    void theSignInPageRemembersTheDeviceAndHasNoButtonOfAProvider() throws Exception {
        var page = render("oauth2/authorize", Map.of("client_id", "ours", "state", "a-state"));

        assertThat(page.expectFirst("form").attr("action")).isEqualTo("/oauth2/authorize");
        assertThat(page.expectFirst("[name=rememberDevice]").val()).isEqualTo("true");
        assertThat(page.expectFirst("[name=state]").val()).isEqualTo("a-state");
        assertThat(page.select("[name=loginId], [name=password]")).hasSize(2);
        assertThat(page.text()).doesNotContain("Google");
    }

    /** The provider of calendars is one of FusionAuth's list, and nobody is to sign in by it. */
    @Test
    void signInWithGoogleIsALinkToItsProviderAndTheCalendarsProviderHasNone() throws Exception {
        TemplateMethodModelEx text = arguments -> "Sign in with Google (" + arguments.getFirst() + ")";
        var providers = Map.of(
                "OpenIDConnect",
                List.of(
                        Map.of("name", "Google calendars", "id", "calendars-id", "lookupButtonText", text),
                        Map.of("name", "Sign in with Google", "id", "sign-in-id", "lookupButtonText", text)));

        var page = render(
                "oauth2/authorize", Map.of("client_id", "ours", "state", "a-state", "identityProviders", providers));

        var links = page.select("a[href*=idp_hint]");
        assertThat(links).hasSize(1);
        assertThat(links.text()).isEqualTo("Sign in with Google (ours)");
        assertThat(links.attr("href"))
                .startsWith("/oauth2/authorize?")
                .contains("state=a-state", "&idp_hint=sign-in-id", "&rememberDevice=true");
    }

    @Test
    void theRegistrationPageCarriesTheSignInThroughAndAsksForTheCodeWithoutOne() throws Exception {
        var page = render("oauth2/register", Map.of("fields", FIELDS, "state", "a-state", "nonce", "a-nonce"));

        assertThat(page.expectFirst("form").attr("action")).isEqualTo("/oauth2/register");
        assertThat(page.expectFirst("[name=state]").val()).isEqualTo("a-state");
        assertThat(page.expectFirst("[name=nonce]").val()).isEqualTo("a-nonce");
        assertThat(page.select("[name=step], [name=registrationState]")).hasSize(2);
        assertThat(page.expectFirst("#user_data_inviteCode").attr("type")).isEqualTo("text");
        assertThat(page.expectFirst("#invitation-filled-in").hasAttr("hidden")).isTrue();
        assertThat(page.expectFirst("[name=user.data.inviterEmail]").attr("type"))
                .isEqualTo("hidden");
    }

    @Test
    void aCodeThatIsFilledInIsHiddenUntilItIsRefused() throws Exception {
        var user = Map.of("data", Map.of("inviteCode", "<7k2m>"));

        var filledIn = render("oauth2/register", Map.of("fields", FIELDS, "user", user));
        assertThat(filledIn.expectFirst("[name=user.data.inviteCode]").attr("type"))
                .isEqualTo("hidden");
        assertThat(filledIn.expectFirst("[name=user.data.inviteCode]").val()).isEqualTo("<7k2m>");

        var refused = render(
                "oauth2/register",
                Map.of(
                        "fields",
                        FIELDS,
                        "user",
                        user,
                        "fieldMessages",
                        Map.of("user.data.inviteCode", List.of("This invitation cannot be used."))));
        assertThat(refused.expectFirst("[name=user.data.inviteCode]").attr("type"))
                .isEqualTo("text");
        assertThat(refused.text()).contains("This invitation cannot be used.");
    }

    /** Where the language has no messages of ours, the page has words all the same. */
    @Test
    void thePageHasItsWordsWithoutOurMessagesToo() throws Exception {
        var page = Jsoup.parse(new ThemePages(theme("")).render("oauth2/register", complete(Map.of("fields", FIELDS))));

        assertThat(page.expectFirst("label[for=user_data_inviteCode]").text()).isEqualTo("Invitation code");
        assertThat(page.text()).doesNotContain("almanac-");
    }

    @Test
    void everyCodeThatALambdaAnswersWithHasItsText() throws Exception {
        var pages = new ThemePages(theme(messages()));
        for (var mode : List.of("strict", "search", "known")) {
            var lambda = Files.readString(Path.of("kickstart", "lambdas", "invitation-" + mode + ".js"));
            var codes = Pattern.compile("code: '([^']+)'( \\+ CODE)?")
                    .matcher(lambda)
                    .results()
                    .map(found -> found.group(1) + (found.group(2) == null ? "" : "user.data.inviteCode"))
                    .filter(code -> !code.equals("[blank]user.email"))
                    .toList();

            assertThat(codes).as(mode).hasSizeGreaterThan(2).allMatch(pages::knows);
        }
    }

    /** FusionAuth substitutes variables in a kickstart; whether in files that it includes, nobody says. */
    @Test
    void nothingInTheThemeLooksLikeAVariableOfAKickstart() throws Exception {
        try (var files = Files.list(THEME)) {
            for (var file : files.toList()) {
                assertThat(file).content().doesNotContain("#{");
            }
        }
    }

    private static Document render(String page, Map<String, Object> model) throws Exception {
        return Jsoup.parse(new ThemePages(theme(messages())).render(page, complete(model)));
    }

    private static Map<String, Object> complete(Map<String, Object> model) {
        var all = new java.util.LinkedHashMap<String, Object>(Map.of("errorMessages", List.of()));
        all.putAll(model);
        return all;
    }

    private static String messages() throws Exception {
        return Files.readString(THEME.resolve("messages_en.txt"));
    }

    private static tools.jackson.databind.JsonNode theme(String messages) throws Exception {
        return Json.MAPPER.valueToTree(Map.of(
                "templates",
                Map.of(
                        "oauth2Authorize", Files.readString(THEME.resolve("oauth2Authorize.ftl")),
                        "oauth2Register", Files.readString(THEME.resolve("oauth2Register.ftl"))),
                "localizedMessages",
                Map.of("en", messages)));
    }
}
