package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody with three browsers where two are allowed. */
class DevicesJourney {

    private static World world;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        world = World.with("DEVICES_LIMIT", "2");
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        world.close();
    }

    @Test
    void anaGivesUpOneDeviceForAnotherAndClearsTheRest() {
        var first = chromium.window("Europe/Berlin");
        var second = chromium.window("Europe/Berlin");
        var third = chromium.window("Europe/Berlin");
        signIn(first, "/calendar");
        assertThat(first.page()).hasURL(world.url() + "/calendar");
        signIn(second, "/calendar");
        assertThat(second.page()).hasURL(world.url() + "/calendar");

        first.page().navigate(world.url() + "/devices");
        assertThat(first.page().locator(".news")).containsText("one more device");
        assertThat(first.page().locator("[data-device]")).hasCount(2);
        first.checked("devices");
        first.page().locator("[data-current] summary").first().click();
        first.page().getByLabel("A name of your own").first().fill("The one in the kitchen");
        first.page().getByText("Keep this name").first().click();
        first.outcome("device-named");
        assertThat(first.page().locator("[data-current] h2")).hasText("The one in the kitchen");
        first.checked("devices-named");

        signIn(third, "/accounts");
        assertThat(third.page()).hasURL(world.url() + "/devices/choice");
        assertThat(third.page().locator("form[action$='/sign-out']")).hasCount(2);
        third.checked("devices-choice");
        third.page().navigate(world.url() + "/calendar");
        assertThat(third.page()).hasURL(world.url() + "/devices/choice");
        third.page()
                .locator("[data-device]", new Page.LocatorOptions().setHasText("The one in the kitchen"))
                .getByRole(AriaRole.BUTTON)
                .click();
        assertThat(third.page()).hasURL(world.url() + "/calendar");

        first.page().reload();
        assertThat(first.page().locator("[data-outcome=signed-out]")).hasAttribute("data-reason", "limit");
        first.checked("signed-out-limit");
        assertThat(second.page().locator(".news")).hasCount(0);
        second.page().reload();
        assertThat(second.page().locator(".news")).containsText("one more device");
        second.checked("calendar-news-told");

        second.page().navigate(world.url() + "/devices");
        second.page().getByText("Sign out all others").click();
        second.checked("devices-sure");
        second.press("Yes, sign them all out");
        second.outcome("devices-signed-out");
        assertThat(second.page().locator("[data-device]")).hasCount(1);
        third.page().reload();
        assertThat(third.page().locator("[data-outcome=signed-out]")).hasAttribute("data-reason", "elsewhere");
        assertThat(world.sandbox().fusionAuth().devicesOf("ana@example.com")).isOne();
        for (var window : List.of(first, second, third)) {
            assertThat(window.complaints()).isEmpty();
            window.close();
        }
    }

    private static void signIn(Window window, String path) {
        window.page().navigate(world.url().toString()); // which learns the zone: later pages need no reload for it
        window.page().navigate(world.url() + path);
        window.signIn("ana@example.com", world.sandbox().password());
    }
}
