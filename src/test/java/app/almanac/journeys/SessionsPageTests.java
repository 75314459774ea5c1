package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.sessions.Shop;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator looks at the sessions of business applications and ends some. */
class SessionsPageTests {

    private static World world;
    private static Shop shop;

    @BeforeAll
    static void start() {
        world = World.with("FUSIONAUTH_EDITION", "licensed");
        world.sandbox().fusionAuth().entitySearchLag(Duration.ZERO);
        shop = new Shop(world);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void allIsWell() {
        world.sandbox().fusionAuth().entities("WELL");
    }

    @Test
    void anAdminSeesWhoHasASessionUntilWhenAndNoSecret() {
        var identifier = shop.begin("ana@example.com", "counter 1", 60);
        var ada = world.signedIn("ada@admin.example").get("/sessions?indicator=counter+1");

        var session = ada.page().expectFirst("[data-session]");
        assertThat(session.text()).contains("counter 1", "in 59 minutes", idOf("ana@example.com"));
        assertThat(session.select("time[datetime]")).hasSize(2);
        assertThat(ada.page().text()).contains("Times are those of UTC.");
        assertThat(ada.page().html()).doesNotContain(identifier, "eyJ");
        assertThat(ada.page().select(".masthead-nav a[href=/sessions][aria-current=page]"))
                .hasSize(1);
    }

    @Test
    void nobodyElseSeesThePageOrItsEntry() {
        var ana = world.signedIn("ana@example.com").get("/sessions");
        assertThat(ana.status()).isEqualTo(403);
        assertThat(ana.get("/accounts").page().select("a[href=/sessions]")).isEmpty();
        assertThat(world.visitor().get("/sessions").at().getPath()).isEqualTo("/oauth2/authorize");
    }

    @Test
    void endingManyNeedsTheirNumberTyped() {
        shop.begin("ana@example.com", "shop 9", 60);
        shop.begin("ben@example.com", "shop 9", 60);
        var kept = shop.begin("ben@example.com", "shop 10", 60);
        var ada = world.signedIn("ada@admin.example").get("/sessions?indicator=shop+9");
        assertThat(ada.page().select("[data-session]")).hasSize(2);

        ada.submit(ada.form("/sessions/endings"), Map.of("count", "3"));
        assertThat(ada.outcome()).isEqualTo("another-count");
        assertThat(ada.page().select("[data-session]")).hasSize(2);

        ada.submit(ada.form("/sessions/endings"), Map.of("count", ""));
        assertThat(ada.outcome()).isEqualTo("another-count");

        ada.submit(ada.form("/sessions/endings"), Map.of("count", " 2 "));
        assertThat(ada.outcome()).isEqualTo("ended");
        assertThat(ada.page().text()).contains("2 sessions ended", "No session like that");
        assertThat(ada.get("/sessions?indicator=shop+9").outcome()).isNull();
        assertThat(shop.status(kept)).isEqualTo(200);
    }

    @Test
    void oneSessionIsEndedByItsButton() {
        var identifier = shop.begin("ana@example.com", "kiosk", 60);
        var ada = world.signedIn("ada@admin.example").get("/sessions?user=" + idOf("ana@example.com"));
        var session = ada.page().select("[data-session]").stream()
                .filter(found -> found.text().contains("kiosk"))
                .findFirst()
                .orElseThrow();

        ada.submit(session.expectFirst("form"), Map.of());

        assertThat(ada.outcome()).isEqualTo("ended");
        assertThat(ada.at().getQuery()).isEqualTo("user=" + idOf("ana@example.com"));
        assertThat(shop.status(identifier)).isEqualTo(404);
    }

    @Test
    void aSessionThatIsNotThereIsNotSaidToHaveEnded() {
        shop.begin("ana@example.com", "gone", 60);
        var ada = world.signedIn("ada@admin.example").get("/sessions?indicator=gone");
        var ending = ada.page().expectFirst("[data-session] form");
        ending.attr("action", "/sessions/" + UUID.randomUUID() + "/ending");

        ada.submit(ending, Map.of());

        assertThat(ada.status()).isEqualTo(404);
        assertThat(ada.get("/sessions?indicator=gone").page().select("[data-session]"))
                .hasSize(1);
    }

    @Test
    void withoutAFilterThereIsNoWayToEndAll() {
        shop.begin("ana@example.com", "any", 60);
        var ada = world.signedIn("ada@admin.example").get("/sessions");

        assertThat(ada.page().select("[data-session]")).isNotEmpty();
        assertThat(ada.page().select("form[action$=/endings]")).isEmpty();
    }

    @Test
    void aFilterThatCannotBeReadIsToldBesideIt() {
        var ada = world.signedIn("ada@admin.example").get("/sessions?user=ana");

        assertThat(ada.status()).isEqualTo(400);
        assertThat(ada.page().select("#user[aria-invalid=true]")).hasSize(1);
        assertThat(ada.page().select("[data-session]")).isEmpty();
    }

    @Test
    void theEntityApiBeingDownIsToldAndNothingIsSaidToHaveEnded() {
        shop.begin("ana@example.com", "down", 60);
        var ada = world.signedIn("ada@admin.example").get("/sessions?indicator=down");
        var ending = ada.form("/sessions/endings");
        world.sandbox().fusionAuth().entities("ERROR");

        ada.submit(ending, Map.of("count", "1"));

        assertThat(ada.outcome()).isEqualTo("unavailable");
        assertThat(ada.status()).isEqualTo(503);
        assertThat(ada.page().text()).contains("None has ended by that");
    }

    private static String idOf(String email) {
        return world.sandbox().fusionAuth().idOf(email).toString();
    }
}
