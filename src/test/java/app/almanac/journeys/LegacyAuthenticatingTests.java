package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The other mode: the old store is asked at every sign-in. */
@ExtendWith(OutputCaptureExtension.class)
class LegacyAuthenticatingTests {

    private static World world;
    private final LoggingSystem logging = LoggingSystem.get(LegacyAuthenticatingTests.class.getClassLoader());

    @BeforeAll
    static void start() {
        world = World.with(
                "FUSIONAUTH_EDITION",
                "licensed",
                "CONNECTOR_MIGRATE",
                "false",
                "ROLES_BY_DOMAIN",
                "old.example=teacher");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void everySignInIsAskedThere() {
        assertThat(in("olga").at().getPath()).isEqualTo("/calendar");
        assertThat(in("olga@old.example").at().getPath()).isEqualTo("/calendar");

        world.sandbox().legacy().down(true);
        try {
            assertThat(world.signedIn("olga").at().getPath()).isEqualTo("/oauth2/authorize");
            assertThat(world.signedIn("ana@example.com").at().getPath()).isEqualTo("/calendar");
        } finally {
            world.sandbox().legacy().down(false);
        }
        assertThat(in("olga").at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void aFastHashIsNoReasonToAskForANewPasswordThatWouldNotBeKept() {
        assertThat(in("otto").at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void aRoleGivenByHandIsLostAtTheNextSignInAndOneByARuleComesBack() {
        var fusionAuth = world.sandbox().fusionAuth();
        in("olga");
        fusionAuth.verified("olga@old.example", true);
        assertThat(in("olga").get("/roles").page().select("[data-role=teacher]").attr("data-reason"))
                .isEqualTo("domain");
        fusionAuth.register("olga@old.example", Set.of("user", "teacher", "admin"));
        assertThat(fusionAuth.rolesOf("olga@old.example")).contains("admin");

        var olga = in("olga");

        assertThat(olga.get("/migration").status()).isEqualTo(403);
        assertThat(olga.get("/roles").page().select("[data-role=teacher]").attr("data-reason"))
                .isEqualTo("domain");
        assertThat(fusionAuth.rolesOf("olga@old.example")).containsExactlyInAnyOrder("user", "teacher");
    }

    @Test
    void aRegistrationThatSomebodyTookAwayIsBackAndOneElsewhereIsGone() {
        var fusionAuth = world.sandbox().fusionAuth();
        in("oskar");
        fusionAuth.unregister("oskar@old.example");
        fusionAuth.registerElsewhere("oskar@old.example");
        assertThat(fusionAuth.applicationsOf("oskar@old.example"))
                .hasSize(1)
                .doesNotContain(fusionAuth.applicationId());

        assertThat(in("oskar").at().getPath()).isEqualTo("/calendar");
        assertThat(fusionAuth.applicationsOf("oskar@old.example")).containsExactly(fusionAuth.applicationId());
    }

    @Test
    void whoeverIsDisabledInTheOldStoreStaysOutWhileTheyAre() {
        in("oona");
        world.sandbox().legacy().disable("1004", true);
        var ada = world.signedIn("ada@admin.example");
        Wait.until(() -> {
            assertThat(world.signedIn("oona").page().select("[role=alert]").text())
                    .contains("wrong password");
            return !ada.get("/migration")
                    .page()
                    .select("[data-reason=disabled]")
                    .isEmpty();
        });

        world.sandbox().legacy().disable("1004", false);
        assertThat(in("oona").at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void noPasswordOrHashIsLoggedNorTheNameOfWhoeverIsRefusedEvenWhenEverythingIs(CapturedOutput output) {
        var right = "canary-right-7d1f";
        var wrong = "canary-wrong-2b9c";
        var hash = new BCryptPasswordEncoder(4).encode(right);
        world.sandbox().legacy().add("99", null, "canary-olena@old.example", null, "{bcrypt}" + hash, "no");

        logging.setLogLevel("ROOT", LogLevel.TRACE);
        try {
            tries("canary-refused@old.example", wrong);
            tries("canary-olena@old.example", wrong);
            Wait.until(() -> tries("canary-olena@old.example", right).at().getPath(), "/calendar"::equals);
            assertThat(List.of(
                            "org.postgresql.core",
                            "org.mariadb.jdbc.client",
                            "h2database",
                            "org.springframework.jdbc.core"))
                    .as("what prints parameters")
                    .noneMatch(name -> LoggerFactory.getLogger(name).isDebugEnabled());
        } finally {
            logging.setLogLevel("ROOT", LogLevel.INFO);
        }
        logging.setLogLevel("app.almanac", LogLevel.TRACE); // alone: the frameworks name who is signed in
        try {
            world.signedIn("ada@admin.example").get("/migration");
        } finally {
            logging.setLogLevel("app.almanac", null);
        }

        assertThat(output.getAll()).contains("TRACE", "/fusionauth/connector");
        assertThat(output.getAll().contains("canary-refused"))
                .as("the login name")
                .isFalse();
        assertThat(output.getAll().contains(right)).as("the right password").isFalse();
        assertThat(output.getAll().contains(wrong)).as("the wrong password").isFalse();
        assertThat(output.getAll().contains(hash.substring(7))).as("the hash").isFalse();
    }

    private static Visitor tries(String login, String password) {
        var visitor = world.visitor().get("/login");
        return visitor.submit(visitor.form("/oauth2/authorize"), Map.of("loginId", login, "password", password));
    }

    private static Visitor in(String login) {
        return world.signedInFromTheOldStore(login);
    }
}
