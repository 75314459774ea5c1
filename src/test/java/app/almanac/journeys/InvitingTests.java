package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Inviting and joining in the community edition, where Almanac's own page registers. */
class InvitingTests {

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void whoSignsInFirstHasCodesAndAnInviteeWhoJoinsWithOneHasCodesToo() {
        var ana = world.signedIn("ana@example.com").get("/invitations");
        assertThat(codes(ana)).hasSize(3);
        var code = codes(ana).getFirst();
        var email = UUID.randomUUID() + "@example.com";

        var invitee = world.visitor().get("/join/" + code);
        assertThat(invitee.status()).isEqualTo(200);
        assertThat(invitee.page().text()).contains("Ana Alvarez invites you").doesNotContain("@example.com");
        join(invitee, email, "a good long password");
        assertThat(invitee.status()).isEqualTo(200);
        assertThat(invitee.outcome()).isEqualTo("sign-in-next");

        assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(410);
        assertThat(ana.get("/invitations")
                        .page()
                        .select("[data-code=" + code + "]")
                        .attr("data-state"))
                .isEqualTo("redeemed");
        var newcomer = world.visitor().get("/login");
        newcomer.submit(
                newcomer.form("/oauth2/authorize"), Map.of("loginId", email, "password", "a good long password"));
        assertThat(newcomer.at().getPath()).isEqualTo("/calendar");
        assertThat(codes(newcomer.get("/invitations"))).hasSize(3).doesNotContain(code);
    }

    @Test
    void whoHasALoginOfAnotherProgramComesInWithIt() {
        var code = codes(world.signedIn("ben@example.com").get("/invitations")).getFirst();
        assertThat(world.signedIn("nora@example.com").outcome()).isEqualTo("not-invited");

        var nora = world.visitor().get("/join/" + code);
        nora.submit(nora.form("/join/" + code + "/sign-in"), Map.of()).signIn("nora@example.com");

        assertThat(nora.at().getPath()).isEqualTo("/calendar");
        assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(410);
        assertThat(codes(nora.get("/invitations"))).hasSize(3);
        var ben = world.signedIn("ben@example.com").get("/invitations");
        assertThat(ben.page().select(".tree [data-person]").text()).contains("Nora Newcomer");
    }

    @Test
    void whileFusionAuthDoesNotSayACodeIsKeptForWhoCameWithIt() {
        var code = oneMoreCode();
        var login = UUID.randomUUID() + "@example.com";
        assertThat(world.sandbox().fusionAuth().registersElsewhere(login)).isTrue();
        var invitee = world.visitor().get("/join/" + code);
        invitee.submit(invitee.form("/join/" + code + "/sign-in"), Map.of());
        world.sandbox().fusionAuth().apiDown(true);
        try {
            invitee.submit(invitee.form("/oauth2/authorize"), Map.of("loginId", login, "password", "a long password"));
            assertThat(invitee.status()).isEqualTo(503);
            assertThat(invitee.page().select("[data-problem=unavailable]")).isNotEmpty();
        } finally {
            world.sandbox().fusionAuth().apiDown(false);
        }

        invitee.get("/login");

        assertThat(invitee.at().getPath()).isEqualTo("/calendar");
        assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(410);
    }

    /** In a browser in which somebody else is signed in at FusionAuth. */
    @Test
    void whoHasJoinedIsAskedWhoTheyAreAndWhoGoesBackIsNotTurnedAway() {
        var other = UUID.randomUUID() + "@example.com";
        assertThat(world.sandbox().fusionAuth().registersElsewhere(other)).isTrue();
        var browser = world.visitor().get("/login");
        browser.submit(browser.form("/oauth2/authorize"), Map.of("loginId", other, "password", "a long password"));
        assertThat(browser.outcome()).isEqualTo("not-invited");
        var code = oneMoreCode();
        var email = UUID.randomUUID() + "@example.com";

        browser.get("/join/" + code);
        join(browser, email, "a good long password");
        assertThat(browser.outcome()).isEqualTo("sign-in-next");

        browser.get("/join/" + code);
        assertThat(browser.status()).isEqualTo(410);
        assertThat(browser.outcome()).isEqualTo("invitation-joined");
        assertThat(world.visitor().get("/join/" + code).outcome()).isEqualTo("invitation-ended");
        assertThat(browser.redirectOf(browser.page()
                                .expectFirst("main a[href=/login]")
                                .attr("href"))
                        .getQuery())
                .contains("prompt=login");
    }

    /** As link scanners and browsers that look ahead do. */
    @Test
    void lookingAtPagesChangesNothing() {
        var database = world.bean(JdbcClient.class);
        var ben = world.signedIn("ben@example.com").get("/invitations");
        var code = codes(ben).getFirst();
        var id = world.sandbox().fusionAuth().idOf("ben@example.com");
        database.sql("UPDATE inviter SET granted_at = NULL WHERE person_id = :id")
                .param("id", id)
                .update();
        var before =
                database.sql("SELECT * FROM invitation ORDER BY id").query().listOfRows();

        for (var address : new String[] {"/join/" + code, "/invitations", "/joined"}) {
            assertThat(ben.head(address).status()).isEqualTo(200);
            assertThat(ben.get(address).status()).isEqualTo(200);
        }

        assertThat(database.sql("SELECT * FROM invitation ORDER BY id").query().listOfRows())
                .isEqualTo(before);
        assertThat(database.sql("SELECT granted_at IS NULL FROM inviter WHERE person_id = :id")
                        .param("id", id)
                        .query(Boolean.class)
                        .single())
                .isTrue();
        database.sql("UPDATE inviter SET granted_at = now() WHERE person_id = :id")
                .param("id", id)
                .update();
    }

    @Test
    void aCodeIsTakenBackAndMadeAnewWithinTheQuotaAndNobodyElsesCanBe() {
        var tess = world.signedIn("tess@school.example").get("/invitations");
        var code = codes(tess).getFirst();
        var id = tess.page().select("[data-code=" + code + "]").attr("data-invitation");
        assertThat(tess.page().select("form[action$=/invitations]")).isEmpty();

        tess.submit(tess.form("/invitations/" + id + "/withdrawal"), Map.of());
        assertThat(tess.outcome()).isEqualTo("invitation-withdrawn");
        assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(410);
        tess.submit(tess.form("/invitations"), Map.of());
        assertThat(tess.outcome()).isEqualTo("invitation-made");
        assertThat(codes(tess)).hasSize(3).doesNotContain(code);

        var other = codes(world.signedIn("ada@admin.example").get("/invitations"));
        assertThat(other).isNotEmpty();
        var form = tess.page().select("form[action$=/withdrawal]").first();
        assertThat(form).isNotNull();
        var foreign = world.signedIn("ada@admin.example").get("/invitations");
        var theirs = foreign.page().select("[data-invitation]").attr("data-invitation");
        var forged = java.util.Objects.requireNonNull(form).clone();
        forged.attr("action", "/invitations/" + theirs + "/withdrawal");
        assertThat(tess.submit(forged, Map.of()).status()).isEqualTo(404);
    }

    @Test
    void anAdministratorSeesTheWholeTreePausesSomebodyAndKnowsNoQuota() {
        world.signedIn("ana@example.com");
        assertThat(world.signedIn("ben@example.com").get("/invitations/tree").status())
                .isEqualTo(403);
        var code = codes(world.signedIn("ben@example.com").get("/invitations")).getLast();
        var ada = world.signedIn("ada@admin.example").get("/invitations/tree");
        assertThat(ada.page().text()).contains("Ana Alvarez", "Ben Baker");
        var ben = world.sandbox().fusionAuth().idOf("ben@example.com");

        ada.submit(ada.form("/invitations/people/" + ben + "/pause"), Map.of());
        assertThat(ada.outcome()).isEqualTo("person-paused");
        assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(410);
        ada.submit(ada.form("/invitations/people/" + ben + "/resumption"), Map.of());
        assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(200);

        ada.get("/invitations");
        ada.submit(ada.form("/invitations"), Map.of());
        assertThat(ada.outcome()).isEqualTo("invitation-made");
        assertThat(codes(ada)).hasSizeGreaterThan(3);
    }

    @Test
    void inModeSearchWhoHoldsTheCodeAtFusionAuthLetsIn() {
        try (var searched = World.with("INVITATIONS_MODE", "search")) {
            var ana = searched.signedIn("ana@example.com").get("/invitations");
            var code = codes(ana).getFirst();
            var invitee = searched.visitor();
            Wait.until(() -> invitee.get("/join/" + code).status() == 200);
            assertThat(invitee.page().text()).contains("Ana Alvarez invites you");

            var lost = codes(ana).getLast();
            assertThat(searched.sandbox().fusionAuth().createByApi("untold@example.com", lost))
                    .isTrue();
            var untold = searched.visitor().get("/login");
            untold.submit(
                    untold.form("/oauth2/authorize"),
                    Map.of("loginId", "untold@example.com", "password", "a long password"));
            assertThat(ana.get("/invitations")
                            .page()
                            .select("[data-code=" + lost + "]")
                            .attr("data-state"))
                    .as("a code whose use nobody told, at the first sign-in")
                    .isEqualTo("redeemed");

            invitee.get("/join/" + code);
            join(invitee, "found@example.com", "a good long password");

            assertThat(invitee.outcome()).isEqualTo("sign-in-next");
            assertThat(searched.sandbox().fusionAuth().isRegistered("found@example.com"))
                    .isTrue();
            assertThat(ana.get("/invitations")
                            .page()
                            .select("[data-code=" + code + "]")
                            .attr("data-state"))
                    .isEqualTo("redeemed");
        }
    }

    @Test
    void inModeKnownAFixedCodeLetsManyInAndInModeOffAnythingDoes() {
        try (var known = World.with("INVITATIONS_MODE", "known", "INVITATIONS_KNOWN_CODES", "Spring-2026,other")) {
            assertThat(known.visitor().get("/join/autumn2026").status()).isEqualTo(404);
            for (var email : new String[] {"one@example.com", "two@example.com"}) {
                var invitee = known.visitor().get("/join/spring2026");
                assertThat(invitee.status()).isEqualTo(200);
                join(invitee, email, "a good long password");
                assertThat(known.sandbox().fusionAuth().isRegistered(email)).isTrue();
            }
            assertThat(codes(known.signedIn("ana@example.com").get("/invitations")))
                    .isEmpty();
        }
        try (var off = World.with("INVITATIONS_MODE", "off")) {
            var anybody = off.visitor().get("/join/anything");
            assertThat(anybody.status()).isEqualTo(200);
            join(anybody, "anybody@example.com", "a good long password");
            assertThat(off.sandbox().fusionAuth().isRegistered("anybody@example.com"))
                    .isTrue();
            assertThat(off.sandbox().fusionAuth().dataOf("anybody@example.com")).doesNotContain("anything");
        }
    }

    @Test
    void inTheLicensedEditionThePageHasAButtonAndNothingIsPosted() {
        try (var licensed = World.with("FUSIONAUTH_EDITION", "licensed")) {
            var code = codes(licensed.signedIn("ana@example.com").get("/invitations"))
                    .getFirst();
            var invitee = licensed.visitor().get("/join/" + code);
            assertThat(invitee.page().select("a[href$=/join/" + code + "/registration]"))
                    .hasSize(1);
            var form = invitee.form("/join/" + code + "/sign-in").clone();
            form.attr("action", "/join/" + code);

            assertThat(invitee.submit(form, Map.of()).status()).isEqualTo(404);
        }
    }

    /** An administrator's, who has as many as they like. */
    private static String oneMoreCode() {
        var ada = world.signedIn("ada@admin.example").get("/invitations");
        return codes(ada.submit(ada.form("/invitations"), Map.of())).getLast();
    }

    private static void join(Visitor invitee, String email, String password) {
        var action = invitee.at().getPath();
        invitee.submit(invitee.form(action), Map.of("email", email, "password", password, "fullName", "New Person"));
    }

    private static java.util.List<String> codes(Visitor person) {
        return person.page().select("[data-invitation][data-state=open]").eachAttr("data-code");
    }
}
