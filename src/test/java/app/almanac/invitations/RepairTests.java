package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.InvitationRows.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;

/** What Almanac and FusionAuth lost of each other, and events in whatever order. */
class RepairTests extends OneAlmanac {

    private static final List<String> BEFORE = List.of("user.registration.create");
    private static final List<String> AFTER = List.of("user.registration.create.complete");

    @Test
    void aRegistrationThatFusionAuthTookBackIsNoFaultOfTheCode() {
        var code = newCode();
        var token = String.valueOf(sandbox.settings().get("HOOK_TOKEN"));
        try (var another = new FaultProxy(almanac.url())) {
            another.breaking(call -> true, Fault.status(500, "", "{}"));
            sandbox.fusionAuth().webhook(another.url().resolve("/fusionauth/events"), token, BEFORE, AFTER);

            assertThat(almanac.join(code, UUID.randomUUID() + "@example.com", PASSWORD))
                    .isEqualTo(503);
        } finally {
            sandbox.fusionAuth().sendEventsTo(almanac.url().resolve("/fusionauth/events"));
        }
        assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.OPEN);
    }

    @Test
    void aLostAnswerIsRepairedWhenFusionAuthHasTheUserAndWhenItHasNot() {
        sandbox.fusionAuth().loseEvents("user.registration.create", "user.registration.create.complete");
        var made = newCode();
        var rows = almanac.bean(InvitationRows.class);
        assertThat(almanac.join(made, "made@example.com", PASSWORD)).isEqualTo(303);
        var user = sandbox.fusionAuth().idOf("made@example.com");
        sql(
                "UPDATE invitation SET state = 'reserved', reserved_email = 'made@example.com', ended_at = NULL,"
                        + " reserved_until = now() - interval '1 second' WHERE code = :code",
                made);
        var abandoned = newCode();
        rows.reserve(
                new InviteCode(abandoned), "crash@example.com", Instant.now().plusSeconds(60), new Caller(null));
        assertThat(almanac.reserve(abandoned, "other@example.com").body()).contains("\"valid\":false");
        sql("UPDATE invitation SET reserved_until = now() - interval '1 second' WHERE code = :code", abandoned);
        assertThat(almanac.reserve(abandoned, "other@example.com").body())
                .as("ten minutes are over, but FusionAuth has not been asked")
                .contains("\"valid\":false");

        sandbox.fusionAuth().down(true);
        almanac.bean(Repairs.class).repair();
        assertThat(look(made).invitation().state()).isEqualTo(Invitation.State.RESERVED);

        sandbox.fusionAuth().down(false);
        sql("UPDATE invitation SET reserved_until = now() - interval '1 second' WHERE code = :code", made);
        sql("UPDATE invitation SET reserved_until = now() - interval '1 second' WHERE code = :code", abandoned);
        almanac.bean(Repairs.class).repair();
        assertThat(look(made).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
        assertThat(look(made).invitation().invitee()).isEqualTo(new PersonId(user));
        assertThat(look(abandoned).invitation().state()).isEqualTo(Invitation.State.OPEN);
        assertThat(almanac.reserve(abandoned, "other@example.com").body()).contains("\"valid\":true");
    }

    /** A form that was sent twice: the second user took the code over, and the first is the one who got in. */
    @Test
    void aCodeIsSpentByWhoIsInWithItAlsoWhereItIsUnderWayForAnother() {
        var code = newCode();
        var email = UUID.randomUUID() + "@example.com";
        sandbox.fusionAuth().loseEvents("user.registration.create", "user.registration.create.complete");
        var rows = almanac.bean(InvitationRows.class);
        rows.reserve(new InviteCode(code), email, Instant.now().plusSeconds(60), null);
        assertThat(sandbox.fusionAuth().createByApi(email, code)).isTrue();
        assertThat(rows.consume(new InviteCode(code), email, new PersonId(UUID.randomUUID())))
                .isTrue();
        sql("UPDATE invitation SET reserved_until = now() - interval '1 second' WHERE code = :code", code);

        almanac.bean(Repairs.class).repair();

        assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
        assertThat(look(code).invitation().invitee())
                .isEqualTo(new PersonId(sandbox.fusionAuth().idOf(email)));
    }

    @Test
    void oneRegistrationIsByOneCodeAndWhoComesAgainComesByAnother() {
        var first = newCode();
        var second = newCode();
        var email = UUID.randomUUID() + "@example.com";
        assertThat(sandbox.fusionAuth().registersElsewhere(email)).isTrue();
        var person = new PersonId(sandbox.fusionAuth().idOf(email));

        assertThat(comesWith(first, person, email)).isInstanceOf(Joining.Joined.In.class);
        assertThat(comesWith(second, person, email)).isInstanceOf(Joining.Joined.In.class);
        assertThat(look(first).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
        assertThat(look(second).invitation().state()).isEqualTo(Invitation.State.OPEN);

        sandbox.fusionAuth().unregister(email);
        assertThat(comesWith(second, person, email)).isInstanceOf(Joining.Joined.In.class);
        assertThat(look(second).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
        assertThat(look(first).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
    }

    @Test
    void eventsMayComeInAnyOrderAndMoreThanOnce() {
        var code = newCode();
        var email = UUID.randomUUID() + "@example.com";
        var newcomer = UUID.randomUUID();
        almanac.reserve(code, email);
        var before = event("user.registration.create", code, email, newcomer);
        var after = event("user.registration.create.complete", code, email, newcomer);

        for (var body :
                List.of(after, before, before, after, event("user.registration.create", code, email, newcomer))) {
            assertThat(knock(body)).isEqualTo(204);
        }
        assertThat(knock(event("user.registration.create", code, email, UUID.randomUUID())))
                .isEqualTo(409);

        assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
        assertThat(look(code).invitation().invitee()).isEqualTo(new PersonId(newcomer));
        assertThat(almanac.bean(InvitationRows.class).of(new PersonId(newcomer)))
                .hasSize(3);
    }

    /** Creations and completions of several codes and newcomers, each twice, and a rival's creation for each code. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void eventsInWhateverOrderEndAsTheyDoInOrder(long seed) {
        var newcomers = new HashMap<String, UUID>();
        var events = new ArrayList<Map.Entry<byte[], Integer>>();
        for (int i = 0; i < 3; i++) {
            var code = newCode();
            var email = UUID.randomUUID() + "@example.com";
            var newcomer = UUID.randomUUID();
            almanac.reserve(code, email);
            newcomers.put(code, newcomer);
            var before = Map.entry(event("user.registration.create", code, email, newcomer), 204);
            var after = Map.entry(event("user.registration.create.complete", code, email, newcomer), 204);
            var rival = event("user.registration.create", code, "rival@example.com", UUID.randomUUID());
            events.addAll(List.of(before, after, before, after, Map.entry(rival, 409)));
        }
        Collections.shuffle(events, new Random(seed));

        events.forEach(event -> assertThat(knock(event.getKey())).isEqualTo(event.getValue()));

        newcomers.forEach((code, newcomer) -> {
            assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
            assertThat(look(code).invitation().invitee()).isEqualTo(new PersonId(newcomer));
            assertThat(almanac.bean(InvitationRows.class).of(new PersonId(newcomer)))
                    .hasSize(3);
        });
    }

    @Test
    void anEventThatWasRefusedIsTakenWhenItComesAgainAndMayPass() {
        var code = newCode();
        var email = UUID.randomUUID() + "@example.com";
        var body = event("user.registration.create", code, email, UUID.randomUUID());
        assertThat(knock(body)).isEqualTo(409);

        almanac.reserve(code, email);

        assertThat(knock(body)).isEqualTo(204);
        assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.RESERVED);
    }

    @Test
    void oneUserWhomFusionAuthDoesNotShowKeepsNobodyElseFromBeingCompared() {
        var two = List.of(new PersonId(UUID.randomUUID()), new PersonId(UUID.randomUUID()));
        sandbox.fusionAuth().down(true);
        for (var person : two) {
            almanac.bean(Inviters.class).joined(person, "Somebody", null, null);
            almanac.bean(JdbcClient.class)
                    .sql("UPDATE inviter SET compare_at = now() - interval '1 day' WHERE person_id = :id")
                    .param("id", person.value())
                    .update();
        }

        almanac.bean(Projection.class).compare();

        for (var person : two) {
            assertThat(isTrue("SELECT compare_at > now() FROM inviter WHERE person_id = :id", person))
                    .isTrue();
        }
    }

    @Test
    void anAnswerThatComesTooLateLosesNothingAndTheSameAddressMayTryAgain() {
        var code = newCode();
        look(code);
        almanac.get("/join/" + code);
        sandbox.fusionAuth().delay(Duration.ofSeconds(7));

        assertThat(almanac.join(code, "patient@example.com", PASSWORD)).isEqualTo(503);

        sandbox.fusionAuth().delay(Duration.ZERO);
        Wait.until(() -> sandbox.fusionAuth().isRegistered("patient@example.com"));
        assertThat(almanac.join(code, "other@example.com", PASSWORD)).isIn(409, 410);
        assertThat(almanac.join(code, "patient@example.com", PASSWORD)).isIn(303, 410);
        assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.REDEEMED);
        assertThat(look(code).invitation().invitee())
                .isEqualTo(new PersonId(sandbox.fusionAuth().idOf("patient@example.com")));
    }

    @Test
    void theCodesOfAPersonStandInTheirUserDataAndAreRepairedThere() {
        var code = newCode();
        Wait.until(() -> sandbox.fusionAuth().dataOf(ANA).contains(code));
        assertThat(sandbox.fusionAuth().dataOf(ANA)).containsPattern("exp.:[0-9]{10}");

        almanac.join(code, "projected@example.com", PASSWORD);
        Wait.until(() -> !sandbox.fusionAuth().dataOf(ANA).contains(code));

        Wait.until(() -> almanac.bean(JdbcClient.class)
                .sql("SELECT NOT EXISTS (SELECT FROM inviter WHERE wanted > projected)")
                .query(Boolean.class)
                .single());
        sandbox.fusionAuth().overwriteData(ANA, "inviteCodes");
        assertThat(sandbox.fusionAuth().dataOf(ANA)).doesNotContain("inviteCodes");
        almanac.bean(JdbcClient.class)
                .sql("UPDATE inviter SET compare_at = now()")
                .update();
        almanac.bean(Projection.class).compare();
        Wait.until(() -> sandbox.fusionAuth().dataOf(ANA).contains("invcode"));
    }

    @Test
    void withWebhooksTheEventsConfirmWhatTheJoinPageDidAndTakeBackWhatTheyRefuse() {
        var token = String.valueOf(sandbox.settings().get("HOOK_TOKEN"));
        sandbox.fusionAuth().webhook(almanac.url().resolve("/fusionauth/events"), token, BEFORE, AFTER);
        var code = newCode();

        assertThat(almanac.join(code, "hooked@example.com", PASSWORD)).isEqualTo(303);
        var hooked = new PersonId(sandbox.fusionAuth().idOf("hooked@example.com"));
        assertThat(look(code).invitation().invitee()).isEqualTo(hooked);
        assertThat(almanac.bean(InvitationRows.class).of(hooked)).hasSize(3);

        assertThat(sandbox.fusionAuth().createByApi("stolen@example.com", code)).isFalse();
        assertThat(sandbox.fusionAuth().isRegistered("stolen@example.com")).isFalse();
        assertThat(sandbox.fusionAuth().createByApi("by.admin@example.com", "")).isTrue();
    }
}
