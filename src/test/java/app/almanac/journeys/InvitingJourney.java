package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.Chromium.Window;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ana invites in one browser, somebody joins in another, and an administrator looks at the tree. */
class InvitingJourney {

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
    void anaInvitesSomebodyJoinsAndTheTreeGrows() {
        var window = chromium.window("Europe/Berlin");
        var ana = window.page();
        signIn(window, "ana@example.com", world.sandbox().password());
        ana.navigate(world.url() + "/invitations");
        assertThat(ana.locator("[data-state=open]")).hasCount(3);
        ana.locator("summary").first().click();
        window.checked("invitations");
        var link = ana.locator("[data-state=open] input").first().inputValue();

        var other = chromium.window("UTC");
        var invitee = other.page();
        invitee.navigate(link);
        assertThat(invitee.getByRole(AriaRole.HEADING).first()).containsText("Ana Alvarez invites you");
        other.checked("join");
        other.press("Join Almanac");
        assertThat(invitee.getByRole(AriaRole.ALERT)).isVisible();
        other.checked("join-problems");
        invitee.getByLabel("Your name").fill("Mira Newcomer");
        invitee.getByLabel("E-mail address").fill("mira@example.com");
        invitee.getByLabel("A new password").fill("a good long password");
        other.press("Join Almanac");
        assertThat(invitee.locator("[data-outcome=sign-in-next]")).isVisible();
        other.checked("joined");
        other.follow("Sign in");
        other.signIn("mira@example.com", "a good long password");
        assertThat(invitee).hasURL(world.url() + "/calendar");
        invitee.navigate(world.url() + "/invitations");
        assertThat(invitee.locator("[data-state=open]")).hasCount(3);

        ana.reload();
        assertThat(ana.locator("[data-state=redeemed]")).containsText("Mira Newcomer");
        assertThat(ana.locator(".tree")).containsText("Mira Newcomer");
        ana.locator("[data-state=open]")
                .first()
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Take back"))
                .click();
        assertThat(ana.locator("[data-outcome=invitation-withdrawn]")).isVisible();
        window.checked("invitations-used");
        invitee.navigate(link);
        assertThat(invitee.locator("[data-outcome=invitation-ended]")).isVisible();
        other.checked("join-ended");

        var third = chromium.window("UTC");
        signIn(third, "ada@admin.example", world.sandbox().password());
        third.page().navigate(world.url() + "/invitations/tree");
        assertThat(third.page().locator(".tree")).containsText("Mira Newcomer");
        third.checked("invitations-tree");
        assertThat(window.complaints()).isEmpty();
        assertThat(other.complaints()).isEmpty();
        third.close();
        other.close();
        window.close();
    }

    private static void signIn(Window window, String email, String password) {
        window.page().navigate(world.url().toString());
        window.follow("Sign in");
        window.signIn(email, password);
        assertThat(window.page()).hasURL(world.url() + "/calendar");
    }
}
