package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Somebody with three browsers where two are allowed and FusionAuth itself refuses the third. */
class RefusedDevicesJourney {

    private static final String ANA = "ana@example.com";

    @Test
    void anaIsRefusedInHerThirdBrowserUntilSheSignsOutOfOne() {
        try (var world = World.with("DEVICES_LIMIT", "2", "DEVICES_POLICY", "refuse");
                var chromium = new Chromium()) {
            var password = world.sandbox().password();
            var first = chromium.window("Europe/Berlin");
            var second = chromium.window("Europe/Berlin");
            var third = chromium.window("Europe/Berlin");
            for (var window : new Chromium.Window[] {first, second}) {
                window.page().navigate(world.url().toString());
                window.follow("Sign in");
                window.signIn(ANA, password);
                assertThat(window.page()).hasURL(world.url() + "/calendar");
            }

            third.page().navigate(world.url().toString());
            third.follow("Sign in");
            third.signIn(ANA, password);
            assertThat(third.page().getByText("[WebhookTransactionException]")).isVisible();
            first.page().reload();
            assertThat(first.page()).hasURL(world.url() + "/calendar");

            second.press("Sign out");
            assertThat(second.page()).hasURL(world.url() + "/");
            third.signIn(ANA, password);
            assertThat(third.page()).hasURL(world.url() + "/calendar");

            world.sandbox().fusionAuth().loseEvents("user.login.success");
            second.follow("Sign in");
            second.signIn(ANA, password);
            assertThat(second.page().locator("[data-problem=too-many-devices]")).isVisible();
            second.checked("too-many-devices");
            assertThat(first.complaints()).isEmpty();
            assertThat(second.complaints()).isEmpty();
            assertThat(third.complaints()).isEmpty();
        }
    }
}
