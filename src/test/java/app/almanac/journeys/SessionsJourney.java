package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.sessions.Shop;
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
            window.signIn("ada@admin.example", world.sandbox().password());

            assertThat(page.locator("[data-session]")).hasCount(3);
            window.checked("sessions");
            page.getByLabel("User’s id").fill("ana");
            window.press("Show");
            assertThat(page.locator("#user")).hasAttribute("aria-invalid", "true");
            window.checked("sessions-bad-user");
            page.getByLabel("User’s id").fill("");
            page.getByLabel("Indicator").fill("shop 12, counter");
            window.press("Show");

            assertThat(page.locator("[data-session]")).hasCount(2);
            window.checked("sessions-filtered");
            page.getByLabel("Type 2 to confirm").fill("3");
            window.press("End them all");
            assertThat(page.locator("[data-outcome=another-count]")).isVisible();
            page.getByLabel("Type 2 to confirm").fill("2");
            window.press("End them all");
            assertThat(page.locator("[data-outcome=ended]")).containsText("2 sessions ended");
            window.checked("sessions-ended");
            window.follow("Show all");
            assertThat(page.locator("[data-session]")).hasCount(1);
            assertThat(window.complaints()).isEmpty();
            window.close();
        }
    }
}
