package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page for teachers: those whom one invited, and how they stand. */
class InvitedTests {

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
    void aTeacherSeesHowThoseStandWhomTheyInvitedAndNobodyElseIsLetIn() {
        var fusionAuth = world.sandbox().fusionAuth();
        var email = "new.person@example.com";
        var tess = world.signedIn("tess@school.example").get("/invitations");
        assertThat(tess.page().select("a[href=/invitations/invited]")).hasSize(1);
        var code = tess.page().expectFirst("[data-invitation][data-state=open]").attr("data-code");
        assertThat(tess.get("/invitations/invited").page().text()).contains("Nobody has come in");

        var invitee = world.visitor().get("/join/" + code);
        invitee.submit(
                invitee.form("/join/" + code),
                Map.of("email", email, "password", "a good long password", "fullName", "New Person"));

        assertThat(state(tess)).isEqualTo("unconfirmed");
        assertThat(tess.page().text()).contains("New Person").doesNotContain(email);
        fusionAuth.verified(email, true);
        assertThat(state(tess)).isEqualTo("here");
        fusionAuth.lock(email, true);
        assertThat(state(tess)).isEqualTo("locked");
        fusionAuth.lock(email, false);
        fusionAuth.apiDown(true);
        assertThat(state(tess)).isEqualTo("unknown");
        fusionAuth.apiDown(false);
        fusionAuth.unregister(email);
        assertThat(state(tess)).isEqualTo("gone");

        var ana = world.signedIn("ana@example.com").get("/invitations");
        assertThat(ana.page().select("a[href=/invitations/invited]")).isEmpty();
        assertThat(ana.get("/invitations/invited").status()).isEqualTo(403);
    }

    private static String state(Visitor teacher) {
        return teacher.get("/invitations/invited")
                .page()
                .expectFirst("main [data-state]")
                .attr("data-state");
    }
}
