package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody in a browser with three Google accounts. */
class SeveralAccountsJourney {

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
    void anaConnectsThreeAccountsLosesOneRepairsItAndLeaves() {
        var window = chromium.window("Europe/Berlin");
        var page = window.page();

        page.navigate(world.url().toString());
        window.checked("home");
        window.follow("Sign in");
        window.signIn("ana@example.com", world.sandbox().password());

        assertThat(page).hasURL(world.url() + "/calendar");
        window.checked("calendar-empty");
        window.press("Connect a Google account");
        consent(window, "ana.home@gmail.example");
        window.outcome("connected");
        window.press("Connect a Google account");
        consent(window, "ana.work@work.example");
        window.outcome("connected");
        window.press("Connect a Google account");
        consent(window, "ana.club@club.example");
        window.outcome("connected");
        assertThat(page.locator("[data-account][data-state=connected]")).hasCount(3);
        assertThat(page.locator(".masthead-who")).hasText("Ana Alvarez");
        window.checked("accounts");

        page.navigate(world.url() + "/calendar");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Dentist")))
                .containsText("ana.home@gmail.example");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Stand-up")))
                .containsText("09:00 to 09:45");
        assertThat(page.locator("[data-event-id][data-account]", new Page.LocatorOptions().setHasText("Home office")))
                .containsText("Working from");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Training")))
                .containsText("ana.club@club.example");
        var shared = page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Parents' evening"));
        assertThat(shared).hasCount(1);
        assertThat(shared.getAttribute("data-account").split(" ")).hasSize(2);
        assertThat(page.getByText("A talk nobody wants")).hasCount(0);
        assertThat(page.getByText("<script>alert('no')</script>")).hasCount(1);
        window.checked("calendar");

        world.sandbox().google().withdrawConsent("ana.work@work.example");
        page.reload();
        assertThat(page.locator("[data-state=reconnect-needed]")).containsText("ana.work@work.example");
        assertThat(page.getByText("Dentist").first()).isVisible();
        window.checked("calendar-reconnect");
        window.press("Reconnect ana.work@work.example");
        consent(window, "ana.work@work.example");
        window.outcome("reconnected");
        page.navigate(world.url() + "/calendar?zone=America/New_York");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Quarter review")))
                .containsText("04:00 to 06:00");

        page.navigate(world.url() + "/accounts");
        page.locator("[data-account]", new Page.LocatorOptions().setHasText("ana.club@club.example"))
                .getByRole(AriaRole.BUTTON)
                .last()
                .click();
        window.outcome("disconnected");
        window.checked("accounts-disconnected");
        assertThat(world.sandbox().google().hasGrant("ana.club@club.example")).isFalse();

        window.press("Sign out");
        assertThat(page).hasURL(world.url() + "/");
        page.navigate(world.url() + "/calendar");
        assertThat(page.getByLabel("Password")).isVisible();
        assertThat(world.sandbox().fusionAuth().devicesOf("ana@example.com")).isZero();
        assertThat(window.complaints()).isEmpty();
        window.close();
    }

    @Test
    void theDirectRouteWorksUnderTheRealPolicyToo() {
        var window = chromium.window("UTC");
        var page = window.page();
        world.sandbox().fusionAuth().hostedLinking(sandbox.FusionAuthStandIn.HostedLinking.SESSION_WINS);
        page.navigate(world.url() + "/accounts");
        window.signIn("ben@example.com", world.sandbox().password());

        assertThat(page).hasURL(world.url() + "/accounts");
        window.press("Connect a Google account");
        window.outcome("nothing-linked");
        window.checked("accounts-nothing-linked");
        page.locator("[data-outcome] form button").click();
        consent(window, "ben.home@gmail.example");
        window.outcome("connected");
        assertThat(window.complaints()).isEmpty();
        window.close();
        world.sandbox().fusionAuth().hostedLinking(sandbox.FusionAuthStandIn.HostedLinking.LINK_COMPLETED);
    }

    @Test
    void whoIsNotInvitedIsToldSoCalmly() {
        var window = chromium.window("UTC");
        var page = window.page();
        page.navigate(world.url() + "/login");
        window.signIn("nora@example.com", world.sandbox().password());

        assertThat(page.locator("[data-outcome=not-invited]")).isVisible();
        window.checked("not-invited");
        page.navigate(world.url() + "/no/such/page");
        assertThat(page.getByLabel("Password")).hasCount(0);
        window.close();
    }

    /** The script itself under an https address, which no server of the tests has. */
    @Test
    void overHttpsTheBrowsersZoneIsInAHostCookie() {
        var window = chromium.window("Europe/Berlin");
        var page = window.page();
        page.route("https://almanac.example/**", asked -> {
            if (asked.request().url().endsWith(".js")) {
                asked.fulfill(new Route.FulfillOptions()
                        .setContentType("text/javascript")
                        .setPath(Path.of("src/main/resources/static/js/zone.js")));
            } else {
                asked.fulfill(new Route.FulfillOptions()
                        .setContentType("text/html")
                        .setBody("<script type=\"module\" src=\"/zone.js\"></script>"));
            }
        });
        page.navigate("https://almanac.example/");

        page.waitForFunction("document.cookie === '__Host-browser-zone=Europe/Berlin'");
        window.close();
    }

    private static void consent(Window window, String account) {
        window.page()
                .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(account))
                .click();
        window.press("Allow");
    }
}
