package app.almanac.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sandbox.ReconcileLambda;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lambda of "Sign in with Google", run as FusionAuth does, against Almanac's own reading of the same rules. */
class RolesLambdaTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RULES = "school.example=teacher, Admin.example=admin,school.example=editor";
    private static final List<String> PIECES = List.of(
            "tess", "@", "school", ".", "example", "SCHOOL", "admin", "\"", " ", "-", "evil", "\u212a", "ſ", "ü", "+",
            "\\", ",");

    @Test
    void aVerifiedAddressGetsItsRolesAndTheyAreNoted() throws Exception {
        var left = run(RULES, "tess@school.example", true, "{\"roles\":[\"user\"]}");

        assertThat(roles(left.path("roles"))).containsExactlyInAnyOrder("user", "teacher", "editor");
        assertThat(roles(left.path("data").path("rolesByDomain"))).containsExactlyInAnyOrder("teacher", "editor");
    }

    @Test
    void whatSomebodyHasAlreadyIsNotNotedAndOtherDataStays() throws Exception {
        var left =
                run(RULES, "ada@admin.example", true, "{\"roles\":[\"user\",\"admin\"],\"data\":{\"nickname\":\"A\"}}");

        assertThat(roles(left.path("roles"))).containsExactlyInAnyOrder("user", "admin");
        assertThat(left.path("data").path("rolesByDomain")).isEmpty();
        assertThat(left.path("data").path("nickname").asString()).isEqualTo("A");
    }

    @Test
    void anUnverifiedAddressAndSomebodyUnregisteredGetNothing() throws Exception {
        assertThat(roles(run(RULES, "tess@school.example", false, "{\"roles\":[\"user\"]}")
                        .path("roles")))
                .containsExactly("user");
        assertThat(lambda(RULES).reconcile(user("tess@school.example", true), null, JSON.createObjectNode()))
                .isNull();
    }

    /** Whether FusionAuth fills the environment into included files is not documented. */
    @Test
    void whereTheRulesAreNotFilledInItGivesNothing() throws Exception {
        var source = Files.readString(Path.of("kickstart", "lambdas", "roles-by-domain.js"));
        var left = new ReconcileLambda(source)
                .reconcile(
                        user("tess@school.example", true),
                        JSON.readTree("{\"roles\":[\"user\"]}"),
                        JSON.createObjectNode());

        assertThat(roles(Objects.requireNonNull(left).path("roles"))).containsExactly("user");
    }

    @Test
    void itGivesNothingThatAlmanacWouldNotGive() throws Exception {
        var rules = DomainRules.of(RULES);
        var lambda = lambda(RULES);
        var random = new Random(11);
        for (int i = 0; i < 300; i++) {
            var address = new StringBuilder(random.nextBoolean() ? "tess@" : "");
            for (int piece = random.nextInt(6); piece > 0; piece--) {
                address.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            address.append(random.nextBoolean() ? "school.example" : "");
            var left = lambda.reconcile(
                    user(address.toString(), true), JSON.readTree("{\"roles\":[]}"), JSON.createObjectNode());

            assertThat(roles(Objects.requireNonNull(left).path("roles")))
                    .as(address.toString())
                    .isEqualTo(rules.rolesAt(EmailDomain.of(address.toString())));
        }
    }

    private static JsonNode run(String rules, String email, boolean verified, String registration) throws IOException {
        return Objects.requireNonNull(
                lambda(rules).reconcile(user(email, verified), JSON.readTree(registration), JSON.createObjectNode()));
    }

    private static ReconcileLambda lambda(String rules) throws IOException {
        return new ReconcileLambda(Files.readString(Path.of("kickstart", "lambdas", "roles-by-domain.js"))
                .replace("#{ENV.ROLES_BY_DOMAIN}", rules));
    }

    private static JsonNode user(@Nullable String email, boolean verified) {
        return JSON.createObjectNode().put("email", email).put("verified", verified);
    }

    private static Set<String> roles(JsonNode array) {
        var roles = new ArrayList<String>();
        array.forEach(role -> roles.add(role.asString()));
        return new HashSet<>(roles);
    }
}
