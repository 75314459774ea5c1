package app.almanac.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Oona, whose password stays in the old store: it is asked whenever she signs in. */
class LegacyAuthenticatingJourney {

    private static World world;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        world = World.with("FUSIONAUTH_EDITION", "licensed", "CONNECTOR_MIGRATE", "false");
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        world.close();
    }

    @Test
    void oonaSignsInEachTimeWithThePasswordThatTheOldStoreHasNow() {
        isIn("oona", world.sandbox().password());

        world.sandbox().legacy().changePassword("1004", "changed over there");
        isRefused("oona", world.sandbox().password(), "wrong-password");
        isIn("oona@old.example", "changed over there");

        world.sandbox().legacy().down(true);
        isRefused("oona", "changed over there", "store");
        isIn("ana@example.com", world.sandbox().password());
        world.sandbox().legacy().down(false);
        isIn("oona", "changed over there");

        world.sandbox().legacy().disable("1004", true);
        isRefused("oona", "changed over there", "disabled");
    }

    /** In a window of its own, trying again where a busy machine was too slow. */
    private static void isIn(String login, String password) {
        var window = chromium.window("Europe/Berlin");
        Wait.until(() -> {
            window.page().navigate(world.url() + "/login");
            window.signIn(login, password);
            return window.page().url().equals(world.url() + "/calendar");
        });
        window.press("Sign out");
        assertThat(window.page()).hasURL(world.url() + "/");
        assertThat(window.complaints()).isEmpty();
        window.close();
    }

    /** For this reason, and not because a busy machine was too slow. */
    private static void isRefused(String login, String password, String reason) {
        var ada = world.signedIn("ada@admin.example");
        var window = chromium.window("Europe/Berlin");
        Wait.until(() -> {
            window.page().navigate(world.url() + "/login");
            window.signIn(login, password);
            assertThat(window.page().locator("[role=alert]")).containsText("wrong password");
            return !ada.get("/migration")
                    .page()
                    .select("[data-reason=" + reason + "]")
                    .isEmpty();
        });
        window.close();
    }
}
