package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
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
        checked(window, "home");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        page.getByLabel("E-mail").fill("ana@example.com");
        page.getByLabel("Password").fill(world.sandbox().password());
        button(page, "Sign in").click();

        assertThat(page).hasURL(world.url() + "/calendar");
        checked(window, "calendar-empty");
        button(page, "Connect a Google account").click();
        consent(page, "ana.home@gmail.example");
        outcome(page, "connected");
        button(page, "Connect a Google account").click();
        consent(page, "ana.work@work.example");
        outcome(page, "connected");
        button(page, "Connect a Google account").click();
        consent(page, "ana.club@club.example");
        outcome(page, "connected");
        assertThat(page.locator("[data-account][data-state=connected]")).hasCount(3);
        assertThat(page.locator(".masthead-who")).hasText("Ana Alvarez");
        checked(window, "accounts");

        page.navigate(world.url() + "/calendar");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Dentist")))
                .containsText("ana.home@gmail.example");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Stand-up")))
                .containsText("09:00 to 09:45");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Training")))
                .containsText("ana.club@club.example");
        var shared = page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Parents' evening"));
        assertThat(shared).hasCount(1);
        assertThat(shared.getAttribute("data-account").split(" ")).hasSize(2);
        assertThat(page.getByText("A talk nobody wants")).hasCount(0);
        assertThat(page.getByText("<script>alert('no')</script>")).hasCount(1);
        checked(window, "calendar");

        world.sandbox().google().withdrawConsent("ana.work@work.example");
        page.reload();
        assertThat(page.locator("[data-state=reconnect-needed]")).containsText("ana.work@work.example");
        assertThat(page.getByText("Dentist").first()).isVisible();
        checked(window, "calendar-reconnect");
        button(page, "Reconnect ana.work@work.example").click();
        consent(page, "ana.work@work.example");
        outcome(page, "reconnected");
        page.navigate(world.url() + "/calendar?zone=America/New_York");
        assertThat(page.locator("[data-event-id]", new Page.LocatorOptions().setHasText("Quarter review")))
                .containsText("04:00 to 06:00");

        page.navigate(world.url() + "/accounts");
        page.locator("[data-account]", new Page.LocatorOptions().setHasText("ana.club@club.example"))
                .getByRole(AriaRole.BUTTON)
                .last()
                .click();
        outcome(page, "disconnected");
        checked(window, "accounts-disconnected");
        assertThat(world.sandbox().google().hasGrant("ana.club@club.example")).isFalse();

        button(page, "Sign out").click();
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
        page.getByLabel("E-mail").fill("ben@example.com");
        page.getByLabel("Password").fill(world.sandbox().password());
        button(page, "Sign in").click();

        assertThat(page).hasURL(world.url() + "/accounts");
        button(page, "Connect a Google account").click();
        outcome(page, "nothing-linked");
        checked(window, "accounts-nothing-linked");
        page.locator("[data-outcome] form button").click();
        consent(page, "ben.home@gmail.example");
        outcome(page, "connected");
        assertThat(window.complaints()).isEmpty();
        window.close();
        world.sandbox().fusionAuth().hostedLinking(sandbox.FusionAuthStandIn.HostedLinking.LINK_COMPLETED);
    }

    @Test
    void whoIsNotInvitedIsToldSoCalmly() {
        var window = chromium.window("UTC");
        var page = window.page();
        page.navigate(world.url() + "/login");
        page.getByLabel("E-mail").fill("nora@example.com");
        page.getByLabel("Password").fill(world.sandbox().password());
        button(page, "Sign in").click();

        assertThat(page.locator("[data-outcome=not-invited]")).isVisible();
        checked(window, "not-invited");
        page.navigate(world.url() + "/no/such/page");
        assertThat(page.getByLabel("Password")).hasCount(0);
        window.close();
    }

    private static void consent(Page page, String account) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(account))
                .click();
        button(page, "Allow").click();
    }

    private static void outcome(Page page, String outcome) {
        assertThat(page.locator("[data-outcome]")).hasAttribute("data-outcome", outcome);
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
