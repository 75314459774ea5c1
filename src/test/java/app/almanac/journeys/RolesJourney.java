package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A teacher by her school's address, and the administrator who looks after roles. */
class RolesJourney {

    private static World world;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        world = World.with();
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        world.close();
    }

    @Test
    void tessSignsInWithGoogleAndSeesWhyAndAdaLooksAfterRoles() {
        var window = chromium.window("Europe/Berlin");
        var page = window.page();
        page.navigate(world.url() + "/roles");
        window.follow("Sign in with Google");
        window.press("tess@school.example");
        window.press("Allow");
        window.signIn("tess@school.example", world.sandbox().password());

        assertThat(page).hasURL(world.url() + "/roles");
        assertThat(page.locator("[data-role=teacher][data-reason=domain]"))
                .containsText("your address is at school.example");
        window.checked("roles");
        page.navigate(world.url() + "/invitations/invited");
        assertThat(page.locator("h1")).hasText("Those whom you invited");
        window.checked("invited");
        assertThat(window.complaints()).isEmpty();
        window.close();

        window = chromium.window("Europe/Berlin");
        page = window.page();
        page.navigate(world.url() + "/roles/members");
        window.signIn("ada@admin.example", world.sandbox().password());
        page.getByLabel("Name or e-mail address").fill("ben@example.com");
        window.press("Search");
        window.checked("members");
        window.follow("Ben Baker");
        window.press("Give teacher");
        window.outcome("role-given");
        assertThat(page.locator("[data-role=teacher]")).containsText("Given by Ada Admin");
        window.checked("member");
        window.press("Take this role");
        window.outcome("role-taken");
        page.navigate(world.url() + "/roles/members/trial?rules=example.com=teacher");
        window.checked("trial");
        assertThat(window.complaints()).isEmpty();
        window.close();
    }
}
