package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
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
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in with Google"))
                .click();
        button(page, "tess@school.example").click();
        button(page, "Allow").click();
        signIn(page, "tess@school.example");

        assertThat(page).hasURL(world.url() + "/roles");
        assertThat(page.locator("[data-role=teacher][data-reason=domain]"))
                .containsText("your address is at school.example");
        checked(window, "roles");
        page.navigate(world.url() + "/invitations/invited");
        assertThat(page.locator("h1")).hasText("Those whom you invited");
        checked(window, "invited");
        assertThat(window.complaints()).isEmpty();
        window.close();

        window = chromium.window("Europe/Berlin");
        page = window.page();
        page.navigate(world.url() + "/roles/members");
        signIn(page, "ada@admin.example");
        page.getByLabel("Name or e-mail address").fill("ben@example.com");
        button(page, "Search").click();
        checked(window, "members");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Ben Baker"))
                .click();
        button(page, "Give teacher").click();
        assertThat(page.locator("[data-outcome]")).hasAttribute("data-outcome", "role-given");
        assertThat(page.locator("[data-role=teacher]")).containsText("Given by Ada Admin");
        checked(window, "member");
        button(page, "Take this role").click();
        assertThat(page.locator("[data-outcome]")).hasAttribute("data-outcome", "role-taken");
        page.navigate(world.url() + "/roles/members/trial?rules=example.com=teacher");
        checked(window, "trial");
        assertThat(window.complaints()).isEmpty();
        window.close();
    }

    private static void signIn(Page page, String email) {
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(world.sandbox().password());
        button(page, "Sign in").click();
    }

    private static com.microsoft.playwright.Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void checked(Window window, String name) {
        assertThat(window.fits(320)).as(name + " fits 320 px").isTrue();
        window.inspect(() -> {
            assertThat(window.accessibilityViolations())
                    .as("accessibility of " + name)
                    .isEmpty();
            window.pictures(name);
        });
    }
}
