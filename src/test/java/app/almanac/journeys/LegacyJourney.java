package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Otto, who has no address, comes over from the old store; Ada watches how the migration goes. */
class LegacyJourney {

    private static World world;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        world = World.with("FUSIONAUTH_EDITION", "licensed");
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        world.close();
    }

    @Test
    void ottoComesOverWithHisUserNameAloneAndAdaSeesItAndWhoCouldNot() {
        var window = chromium.window("Europe/Berlin");
        var page = window.page();
        signIn(window, "otto", "mistaken");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("wrong password");
        Wait.until(() -> {
            signIn(window, "otto", world.sandbox().password());
            return page.title().contains("Change your password");
        });
        page.getByLabel("New password").fill("a new password");
        page.getByRole(AriaRole.BUTTON).click();
        assertThat(page).hasURL(world.url() + "/calendar");
        assertThat(page.locator(".masthead-who")).hasText("otto Old");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Migration")))
                .hasCount(0);
        assertThat(window.complaints()).isEmpty();
        window.close();

        var admins = chromium.window("Europe/Berlin");
        signIn(admins, "ada@admin.example", world.sandbox().password());
        admins.follow("Migration");
        Wait.until(() -> {
            admins.page().reload();
            return admins.page().locator("[data-reason=wrong-password]").count() == 1;
        });
        assertThat(admins.page().locator("[data-people='1']")).isVisible();
        assertThat(admins.page().locator("[data-reason=wrong-password]")).containsText("ot•••");
        assertThat(admins.page().locator("[data-store=answers]")).isVisible();
        admins.checked("migration");

        world.sandbox().legacy().down(true);
        admins.page().reload();
        assertThat(admins.page().locator("[data-store=unavailable]")).isVisible();
        admins.checked("migration-unavailable");
        world.sandbox().legacy().down(false);
        assertThat(admins.complaints()).isEmpty();
        admins.close();
    }

    private static void signIn(Window window, String login, String password) {
        window.page().navigate(world.url() + "/login");
        window.signIn(login, password);
    }
}
