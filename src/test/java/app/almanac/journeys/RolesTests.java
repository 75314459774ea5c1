package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import sandbox.FaultProxy;

/** Roles by domain, from the sign-in to the page that says why. */
@ExtendWith(OutputCaptureExtension.class)
class RolesTests {

    private static final String RULES = "school.example=teacher,admin.example=admin";

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("ROLES_BY_DOMAIN", RULES);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void aVerifiedAddressAtTheDomainHasTheRoleAndThePageSaysWhy() {
        var email = registered("ana.first@school.example", true, "user");

        var ana = world.signedIn(email).get("/roles");

        assertThat(roles(ana)).containsExactly(Map.entry("teacher", "domain"), Map.entry("user", "default"));
        assertThat(ana.page().select("[data-role=teacher]").text()).contains("your address is at school.example");
        assertThat(ana.page().select("[data-role=teacher] time").attr("datetime"))
                .isNotBlank();
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactlyInAnyOrder("user", "teacher");
    }

    @Test
    void caseAndPlusDoNotMatterAndLookAlikesGetNothing() {
        registered("Ana+Almanac@School.Example", true, "user");
        registered("ana@evil-school.example", true, "user");
        registered("ana@school.example.evil.test", true, "user");
        registered("ana@sub.school.example", true, "user");

        assertThat(roles(world.signedIn("Ana+Almanac@School.Example").get("/roles")))
                .containsEntry("teacher", "domain");
        for (var email : Set.of("ana@evil-school.example", "ana@school.example.evil.test", "ana@sub.school.example")) {
            var ana = world.signedIn(email).get("/roles");
            assertThat(roles(ana)).as(email).containsOnlyKeys("user");
            assertThat(ana.page().select(".roles-missing").text()).contains("Addresses at school.example have it");
        }
    }

    @Test
    void anUnverifiedAddressGivesNothingUntilItIsVerified() {
        var email = registered("ana.new@school.example", false, "user");

        var ana = world.signedIn(email).get("/roles");
        assertThat(roles(ana)).containsOnlyKeys("user");
        assertThat(ana.page().text()).contains("nobody has confirmed yet that it is yours");

        world.sandbox().fusionAuth().verified(email, true);
        assertThat(roles(world.signedIn(email).get("/roles"))).containsEntry("teacher", "domain");

        world.sandbox().fusionAuth().verified(email, false);
        assertThat(roles(world.signedIn(email).get("/roles"))).containsOnlyKeys("user");
    }

    @Test
    void whatTheLambdaGaveIsTakenAwayToo() {
        var email = registered("ana.left@other.example", true, "user");
        world.sandbox()
                .fusionAuth()
                .change(email, Set.of("user", "teacher"), "{\"rolesByDomain\":[\"teacher\"],\"nickname\":\"A\"}");

        assertThat(roles(world.signedIn(email).get("/roles"))).containsOnlyKeys("user");
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactly("user");
        assertThat(world.sandbox().fusionAuth().registrationDataOf(email))
                .contains("\"rolesByDomain\":[]")
                .contains("\"nickname\":\"A\"");
    }

    @Test
    void whatAnAdministratorGaveStays() {
        var email = registered("ana.hand@other.example", true, "user", "teacher");

        assertThat(roles(world.signedIn(email).get("/roles"))).containsEntry("teacher", "administrator");
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).contains("teacher");
    }

    @Test
    void aConnectedCalendarAccountNeverDecides() {
        var email = registered("ana.calendar@other.example", true, "user");
        var ana = world.signedIn(email).connect("direct").chooseAndAllow("ana@school.example");
        assertThat(ana.outcome()).isEqualTo("connected");

        assertThat(roles(world.signedIn(email).get("/roles"))).containsOnlyKeys("user");
    }

    @Test
    void aSignInGoesOnWithTheTokensRolesWhereTheApiDoesNotAnswer() {
        var email = registered("ana.outage@school.example", true, "user");
        world.sandbox().fusionAuth().apiDown(true);
        try {
            var ana = world.signedIn(email).get("/roles");

            assertThat(ana.status()).isEqualTo(200);
            assertThat(roles(ana)).containsOnlyKeys("user");
            assertThat(ana.page().text()).contains("how things stood when you signed in");
        } finally {
            world.sandbox().fusionAuth().apiDown(false);
        }
    }

    @Test
    void theRuleGoesAndTheRoleWithIt() {
        var email = registered("ana.rule@school.example", true, "user");
        var byHand = registered("ana.both@school.example", true, "user", "teacher");
        assertThat(roles(world.signedIn(email).get("/roles"))).containsEntry("teacher", "domain");
        assertThat(roles(world.signedIn(byHand).get("/roles"))).containsEntry("teacher", "domain");
        world.restart("ROLES_BY_DOMAIN", "");
        try {
            assertThat(roles(world.signedIn(email).get("/roles"))).containsOnlyKeys("user");
            assertThat(roles(world.signedIn(byHand).get("/roles"))).containsEntry("teacher", "administrator");
        } finally {
            world.restart("ROLES_BY_DOMAIN", RULES);
        }
    }

    @Test
    void aRoleThatFusionAuthDoesNotKnowIsToldToTheOperatorOnceAndStopsNobody(CapturedOutput log) {
        var email = registered("ana.unknown@school.example", true, "user");
        world.restart("ROLES_BY_DOMAIN", "school.example=principal,school.example=teacher");
        try {
            var ana = world.signedIn(email).get("/roles");
            world.signedIn(email);

            assertThat(roles(ana)).containsOnlyKeys("user", "teacher");
            assertThat(ana.page().select(".roles-missing").text()).contains("knows no such role");
            assertThat(log.getOut().split("does not define the role principal", -1))
                    .hasSize(2);
        } finally {
            world.restart("ROLES_BY_DOMAIN", RULES);
        }
    }

    /** The roles are tried one by one, since FusionAuth does not say which it does not know; then it is gone. */
    @Test
    void whatWasGivenBeforeFusionAuthWentAwayIsNotedAsTheRules() {
        var proxy = new AtomicReference<FaultProxy>();
        try (var own = World.behind(sandbox -> {
            proxy.set(new FaultProxy(sandbox.fusionAuth().url()));
            return Map.of(
                    "FUSIONAUTH_INTERNAL_URL",
                    proxy.get().url().toString(),
                    "ROLES_BY_DOMAIN",
                    "school.example=principal,school.example=teacher,school.example=admin");
        })) {
            var fusionAuth = own.sandbox().fusionAuth();
            var email = "ana.half@school.example";
            fusionAuth.newcomer(email, true, "user");
            proxy.get()
                    .breaking(
                            call -> call.is("PATCH", "/api/user/registration")
                                    && fusionAuth.rolesOf(email).size() > 1,
                            FaultProxy.Fault.reset());

            var ana = own.signedIn(email);
            var given = fusionAuth.rolesOf(email).stream()
                    .filter(role -> !role.equals("user"))
                    .toList();
            assertThat(given).hasSize(1);

            assertThat(roles(ana.get("/roles"))).containsEntry(given.getFirst(), "domain");
            assertThat(ana.page().select("[data-role=" + given.getFirst() + "] time"))
                    .as("since when")
                    .hasSize(1);
        } finally {
            proxy.get().close();
        }
    }

    private static String registered(String email, boolean verified, String... roles) {
        world.sandbox().fusionAuth().newcomer(email, verified, roles);
        return email;
    }

    /** Reason by role, in the order of the page. */
    private static Map<String, String> roles(Visitor visitor) {
        var roles = new LinkedHashMap<String, String>();
        for (var role : visitor.page().select("[data-role]")) {
            roles.put(role.attr("data-role"), role.attr("data-reason"));
        }
        return roles;
    }
}
