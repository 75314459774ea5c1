package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

    private static void join(Visitor invitee, String email, String password) {
        var action = invitee.at().getPath();
        invitee.submit(invitee.form(action), Map.of("email", email, "password", password, "fullName", "New Person"));
    }

    private static java.util.List<String> codes(Visitor person) {
        return person.page().select("[data-invitation][data-state=open]").eachAttr("data-code");
    }
}
