package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.Chromium.Window;
import app.almanac.sessions.Shop;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

/** Ada, who runs Almanac, ends the sessions of a shop that closes. */
class SessionsJourney {

    @Test
    void adaFindsAShopsSessionsAndEndsThem() {
        try (var world = World.with();
                var chromium = new Chromium()) {
            var shop = new Shop(world);
            shop.begin("ana@example.com", "shop 12, counter", 50);
            shop.begin("ben@example.com", "shop 12, counter", 300);
            shop.begin("tess@school.example", "library", 20_000);
            var window = chromium.window("Europe/Berlin");
            var page = window.page();
            page.navigate(world.url() + "/sessions");
            page.getByLabel("E-mail").fill("ada@admin.example");
            page.getByLabel("Password").fill(world.sandbox().password());
            button(page, "Sign in");

            assertThat(page.locator("[data-session]")).hasCount(3);
            checked(window, "sessions");
            page.getByLabel("User’s id").fill("ana");
            button(page, "Show");
            assertThat(page.locator("#user")).hasAttribute("aria-invalid", "true");
            checked(window, "sessions-bad-user");
            page.getByLabel("User’s id").fill("");
            page.getByLabel("Indicator").fill("shop 12, counter");
            button(page, "Show");

            assertThat(page.locator("[data-session]")).hasCount(2);
            checked(window, "sessions-filtered");
            page.getByLabel("Type 2 to confirm").fill("3");
            button(page, "End them all");
            assertThat(page.locator("[data-outcome=another-count]")).isVisible();
            page.getByLabel("Type 2 to confirm").fill("2");
            button(page, "End them all");
            assertThat(page.locator("[data-outcome=ended]")).containsText("2 sessions ended");
            checked(window, "sessions-ended");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Show all"))
                    .click();
            assertThat(page.locator("[data-session]")).hasCount(1);
            assertThat(window.complaints()).isEmpty();
            window.close();
        }
    }

    private static void button(Page page, String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
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
