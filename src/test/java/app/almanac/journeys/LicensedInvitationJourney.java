package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody invites in one browser, and somebody registers on FusionAuth's page in another. */
class LicensedInvitationJourney {

    private static final String PASSWORD = "a good long password";

    private static Chromium chromium;
    private static World strict;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        strict = World.with("FUSIONAUTH_EDITION", "licensed", "DEVICES_LIMIT", "0");
    }

    @AfterAll
    static void stop() {
        strict.close();
        chromium.close();
    }

    @Test
    void inStrictAnaInvitesSomebodyWhoRegistersAndCanInvite() {
        anaInvitesSomebodyWhoRegistersAndCanInvite(strict, "strict");
    }

    @Test
    void inSearchAnaInvitesSomebodyWhoRegistersAndCanInvite() {
        try (var search = World.with("FUSIONAUTH_EDITION", "licensed", "INVITATIONS_MODE", "search")) {
            var code = anaInvitesSomebodyWhoRegistersAndCanInvite(search, "search");

            var window = chromium.window("Europe/Berlin");
            var page = window.page();
            Wait.until(() -> !search.sandbox().fusionAuth().searchFinds(code));
            page.navigate(search.url() + "/join/" + code + "/registration");
            register(page);
            assertThat(page.getByText("This invitation cannot be used. Ask for a new one."))
                    .isVisible();
            window.close();
        }
    }

    private static String anaInvitesSomebodyWhoRegistersAndCanInvite(World world, String mode) {
        var ana = chromium.window("Europe/Berlin");
        signIn(world, ana);
        ana.page().navigate(world.url() + "/invitations");
        var code =
                ana.page().locator("[data-invitation][data-state=open]").first().getAttribute("data-code");
        if (mode.equals("search")) {
            Wait.until(() -> world.sandbox().fusionAuth().searchFinds(code));
        }

        var invitee = chromium.window("America/New_York");
        var page = invitee.page();
        page.navigate(world.url() + "/join/" + code);
        assertThat(page.locator("h1")).containsText("Ana Alvarez");
        invitee.checked("join-licensed-" + mode);
        page.locator("main a[href$=registration]").click();

        assertThat(page.getByText("Your invitation is filled in.")).isVisible();
        assertThat(page.getByLabel("Invitation code")).isHidden();
        assertThat(page.url()).doesNotContain(code).contains("state=");
        invitee.checked("register-" + mode);
        register(page);

        assertThat(page).hasURL(world.url() + "/calendar");
        page.navigate(world.url() + "/invitations");
        assertThat(page.locator("[data-invitation][data-state=open]")).hasCount(3);
        var spent = ana.page().locator("[data-code='" + code + "'][data-state=redeemed]");
        Wait.until(() -> {
            ana.page().reload();
            return spent.count() == 1;
        });
        assertThat(ana.page().locator("[data-code='" + code + "']")).containsText("New Person");
        assertThat(ana.complaints()).isEmpty();
        assertThat(invitee.complaints()).isEmpty();
        ana.close();
        invitee.close();
        return code;
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
        var ana = strict.signedIn("ana@example.com").get("/invitations");
        var code = ana.page()
                .select("[data-invitation][data-state=open]")
                .eachAttr("data-code")
                .getFirst();
        var window = chromium.window("Europe/Berlin");
        var page = window.page();

        page.navigate(strict.url() + "/join/0/registration");
        var withoutCode = page.url().replaceAll("[?&](invite|user\\.data\\.inviteCode)=[^&]*", "");
        page.evaluate("sessionStorage.clear()");
        page.navigate(withoutCode);
        assertThat(page.getByLabel("Invitation code")).isVisible();
        register(page);
        assertThat(page.getByText("Almanac is by invitation. Enter the code of yours."))
                .isVisible();

        page.navigate(strict.url() + "/join/" + code + "/registration");
        page.navigate(strict.url().toString());
        page.navigate(withoutCode);
        assertThat(page.getByText("Your invitation is filled in.")).isVisible();

        var inviter = page.locator("input[name='user.data.inviterEmail']");
        page.navigate(withoutCode + "&invite=" + code + "&inviter=ben%40example.com");
        assertThat(inviter).hasValue("ben@example.com");
        page.navigate(withoutCode);
        assertThat(inviter).hasValue("ben@example.com");
        page.navigate(withoutCode + "&invite=" + code);
        assertThat(inviter).hasValue("");

        page.navigate(strict.url() + "/join/7k2m9p4xq8wztb3c/registration");
        register(page);
        assertThat(page.getByText("This invitation cannot be used. Ask for a new one."))
                .isVisible();
        assertThat(page.getByLabel("Invitation code")).isVisible();
        page.getByLabel("Invitation code").fill(code);
        page.getByLabel("Password").fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON).click();
        assertThat(page).hasURL(strict.url() + "/calendar");
        assertThat(window.complaints()).isEmpty();
        window.close();
    }

    private static void signIn(World world, Window window) {
        var page = window.page();
        page.navigate(world.url().toString());
        window.follow("Sign in");
        window.signIn("ana@example.com", world.sandbox().password());
        assertThat(page).hasURL(world.url() + "/calendar");
    }

    private static void register(Page page) {
        page.getByLabel("E-mail").fill(UUID.randomUUID() + "@example.com");
        page.getByLabel("Password").fill(PASSWORD);
        page.getByLabel("Name").fill("New Person");
        page.getByRole(AriaRole.BUTTON).click();
        for (int tries = 0;
                tries < 5 && page.getByText("Try again in a minute.").count() > 0;
                tries++) {
            page.getByLabel("Password").fill(PASSWORD);
            page.getByRole(AriaRole.BUTTON).click();
        }
    }
}
