package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody invites in one browser, and somebody registers on FusionAuth's page in another. */
class LicensedInvitationJourney {

    private static final String PASSWORD = "a good long password";

    private static Chromium chromium;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "search"})
    void anaInvitesSomebodyWhoRegistersAndCanInvite(String mode) {
        try (var world = World.with("FUSIONAUTH_EDITION", "licensed", "INVITATIONS_MODE", mode)) {
            var ana = chromium.window("Europe/Berlin");
            signIn(world, ana.page());
            ana.page().navigate(world.url() + "/invitations");
            assertThat(ana.page().locator("[data-invitation][data-state=open]")).hasCount(3);
            var code = ana.page()
                    .locator("[data-invitation][data-state=open]")
                    .first()
                    .getAttribute("data-code");
            if (mode.equals("search")) {
                ana.page().waitForCondition(() -> world.sandbox().fusionAuth().searchFinds(code));
            }

            var invitee = chromium.window("America/New_York");
            var page = invitee.page();
            page.navigate(world.url() + "/join/" + code);
            assertThat(page.getByText("Ana Alvarez")).isVisible();
            assertThat(invitee.accessibilityViolations()).isEmpty();
            invitee.pictures("join-licensed-" + mode);
            page.locator("main a[href$=registration]").click();

            assertThat(page.getByText("Your invitation is filled in.")).isVisible();
            assertThat(page.getByLabel("Invitation code")).isHidden();
            assertThat(page.url()).doesNotContain(code).contains("state=");
            invitee.inspect(() -> assertThat(invitee.accessibilityViolations()).isEmpty());
            invitee.pictures("register-" + mode);
            register(page);

            assertThat(page).hasURL(world.url() + "/calendar");
            page.navigate(world.url() + "/invitations");
            assertThat(page.locator("[data-invitation][data-state=open]")).hasCount(3);
            ana.page().waitForCondition(() -> {
                ana.page().reload();
                return ana.page()
                                .locator("[data-code=" + code + "][data-state=redeemed]")
                                .count()
                        == 1;
            });
            assertThat(ana.page().locator("[data-code=" + code + "]")).containsText("New Person");
            assertThat(ana.complaints()).isEmpty();
            assertThat(invitee.complaints()).isEmpty();
            ana.close();
            invitee.close();
        }
    }

    @Test
    void whoeverKnowsACodeRegistersWithIt() {
        try (var world = World.with(
                "FUSIONAUTH_EDITION", "licensed",
                "INVITATIONS_MODE", "known",
                "INVITATIONS_KNOWN_CODES", "welcome-2026")) {
            for (int i = 0; i < 2; i++) {
                var window = chromium.window("Europe/Berlin");
                var page = window.page();
                page.navigate(world.url() + "/join/welcome-2026");
                page.locator("main a[href$=registration]").click();
                register(page);
                assertThat(page).hasURL(world.url() + "/calendar");
                window.close();
            }
        }
    }

    @Test
    void theCodeOutlivesTheWayToAnotherPageAndWhoHasNoneIsAskedForIt() {
        try (var world = World.with("FUSIONAUTH_EDITION", "licensed")) {
            var ana = world.signedIn("ana@example.com").get("/invitations");
            var code = ana.page()
                    .select("[data-invitation][data-state=open]")
                    .eachAttr("data-code")
                    .getFirst();
            var window = chromium.window("Europe/Berlin");
            var page = window.page();

            page.navigate(world.url() + "/join/0/registration");
            var withoutCode = page.url().replaceAll("[?&](invite|user\\.data\\.inviteCode)=[^&]*", "");
            page.evaluate("sessionStorage.clear()");
            page.navigate(withoutCode);
            assertThat(page.getByLabel("Invitation code")).isVisible();
            register(page);
            assertThat(page.getByText("Almanac is by invitation. Enter the code of yours."))
                    .isVisible();

            page.navigate(world.url() + "/join/" + code + "/registration");
            page.navigate(world.url().toString());
            page.navigate(withoutCode);
            assertThat(page.getByText("Your invitation is filled in.")).isVisible();

            page.navigate(world.url() + "/join/7k2m9p4xq8wztb3c/registration");
            register(page);
            assertThat(page.getByText("This invitation cannot be used. Ask for a new one."))
                    .isVisible();
            assertThat(page.getByLabel("Invitation code")).isVisible();
            page.getByLabel("Invitation code").fill(code);
            page.getByLabel("Password").fill(PASSWORD);
            page.getByRole(AriaRole.BUTTON).click();
            assertThat(page).hasURL(world.url() + "/calendar");
            assertThat(window.complaints()).isEmpty();
            window.close();
        }
    }

    private static void signIn(World world, Page page) {
        page.navigate(world.url() + "/login");
        page.getByLabel("E-mail").fill("ana@example.com");
        page.getByLabel("Password").fill(world.sandbox().password());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(page).hasURL(world.url() + "/calendar");
    }

    private static void register(Page page) {
        page.getByLabel("E-mail").fill(UUID.randomUUID() + "@example.com");
        page.getByLabel("Password").fill(PASSWORD);
        page.getByLabel("Name").fill("New Person");
        page.getByRole(AriaRole.BUTTON).click();
    }
}
