package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Sign in with Google": linked once by proving who one is, and roles by the address of the sign-in identity alone. */
class GoogleSignInTests {

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("ROLES_BY_DOMAIN", "school.example=teacher");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void somebodyAtTheSchoolIsATeacherWhateverBecomesOfTheLambdasChanges(boolean kept) {
        var fusionAuth = world.sandbox().fusionAuth();
        var email = "ana.google." + kept + "@school.example";
        fusionAuth.newcomer(email, true, "user");
        fusionAuth.lambdaChangesCount(kept);
        try {
            var ana = withGoogle(email);
            assertThat(ana.page().select("input[name=password]")).hasSize(1);
            ana.signIn(email).get("/roles");
            assertThat(teacherBecause(ana)).isEqualTo("domain");

            fusionAuth.change(email, Set.of("user"), "{}");
            var again = withGoogle(email);
            assertThat(again.at().getPath()).isEqualTo("/calendar");
            assertThat(teacherBecause(again.get("/roles"))).isEqualTo("domain");
            assertThat(fusionAuth.registrationDataOf(email)).contains("\"rolesByDomain\":[\"teacher\"]");
        } finally {
            fusionAuth.lambdaChangesCount(true);
        }
    }

    @Test
    void theRuleGoesAndWithItWhatTheLambdaGave() {
        var fusionAuth = world.sandbox().fusionAuth();
        var email = "ana.leaving@school.example";
        fusionAuth.newcomer(email, true, "user");
        withGoogle(email).signIn(email);
        world.restart("ROLES_BY_DOMAIN", "");
        try {
            var ana = withGoogle(email).get("/roles");

            assertThat(ana.page().select("[data-role=teacher]")).isEmpty();
            assertThat(fusionAuth.rolesOf(email)).containsExactly("user");
        } finally {
            world.restart("ROLES_BY_DOMAIN", "school.example=teacher");
        }
    }

    @Test
    void noAddressLinksAnAccountByItself() {
        var fusionAuth = world.sandbox().fusionAuth();
        var email = "ana.claimed@school.example";
        fusionAuth.newcomer(email, true, "user");
        world.sandbox().google().unverified(email);

        var somebody = withGoogle(email);

        assertThat(somebody.page().select("input[name=password]")).hasSize(1);
        assertThat(somebody.get("/api/events").status()).isEqualTo(401);
    }

    @Test
    void aStrangerIsAskedWhoTheyAreAndNobodyIsMade() {
        var before = world.sandbox().fusionAuth().cast();

        var stranger = withGoogle("stranger@school.example");

        assertThat(stranger.page().text()).contains("Sign in to link");
        assertThat(world.sandbox().fusionAuth().cast()).isEqualTo(before);
    }

    @Test
    void whoIsNotRegisteredIsNotRegisteredByGoogle() {
        var nora = withGoogle("nora@example.com").signIn("nora@example.com");

        assertThat(nora.status()).isEqualTo(403);
        assertThat(nora.outcome()).isEqualTo("not-invited");
        assertThat(withGoogle("nora@example.com").outcome()).isEqualTo("not-invited");
    }

    @Test
    void aGoogleAccountAtTheSchoolGivesNothingToAnAddressElsewhere() {
        var email = "ana@evil-school.example";
        world.sandbox().fusionAuth().newcomer(email, true, "user");
        withGoogle("ana.borrowed@school.example").signIn(email);

        var ana = withGoogle("ana.borrowed@school.example").get("/roles");

        assertThat(ana.page().select(".masthead-who").text()).isEqualTo(email);
        assertThat(ana.page().select("[data-role=teacher]")).isEmpty();
    }

    @Test
    void whatSignsSomebodyInIsNoConnectedAccount() {
        var email = "ana.separate@example.com";
        world.sandbox().fusionAuth().newcomer(email, true, "user");

        var ana = withGoogle(email).signIn(email);

        assertThat(ana.get("/accounts").accounts()).isEmpty();
    }

    private static Visitor withGoogle(String account) {
        var visitor = world.visitor().get("/login");
        visitor.get(
                visitor.page().expectFirst("a:contains(Sign in with Google)").absUrl("href"));
        return visitor.chooseAndAllow(account);
    }

    private static String teacherBecause(Visitor visitor) {
        return visitor.page().select("[data-role=teacher]").attr("data-reason");
    }
}
