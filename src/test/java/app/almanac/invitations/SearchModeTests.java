package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.PersonId;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.Sandbox;

/** Mode "search", where FusionAuth's search decides and nothing is reserved. */
class SearchModeTests {

    private static final String ANA = "ana@example.com";
    private static final String PASSWORD = "a good long password";

    private static Sandbox sandbox;
    private static Instance almanac;
    private static PersonId ana;

    @BeforeAll
    static void start() {
        var port = Sandbox.freePort();
        sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:" + port), "community");
        almanac = new Instance(sandbox, port, Map.of("INVITATIONS_MODE", "search"));
        ana = new PersonId(sandbox.fusionAuth().idOf(ANA));
        almanac.bean(Invitations.class).arrived(ana, "Ana Alvarez", ANA);
    }

    @AfterAll
    static void stop() {
        almanac.close();
        sandbox.close();
    }

    @Test
    void aCodeWhoseUseNobodyToldIsFoundToBeSpent() {
        var code = newCode();
        var email = anybody();
        assertThat(sandbox.fusionAuth().createByApi(email, code)).isTrue();

        Wait.until(() -> {
            almanac.bean(Repairs.class).findSpent();
            return state(code) == Invitation.State.REDEEMED;
        });

        var newcomer = new PersonId(sandbox.fusionAuth().idOf(email));
        assertThat(look(code).invitation().invitee()).isEqualTo(newcomer);
        assertThat(almanac.bean(InvitationRows.class).of(newcomer)).hasSize(3);
    }

    @Test
    void everyUseOfTheDayIsFoundHoweverMany() {
        var ben = new PersonId(sandbox.fusionAuth().idOf("ben@example.com"));
        almanac.bean(Invitations.class).arrived(ben, "Ben Baker", "ben@example.com");
        var codes = IntStream.range(0, 101).mapToObj(i -> newCodeOf(ben)).toList();
        codes.forEach(code ->
                assertThat(sandbox.fusionAuth().createByApi(anybody(), code)).isTrue());

        Wait.until(() -> {
            almanac.bean(Repairs.class).findSpent();
            return codes.stream().allMatch(code -> state(code) == Invitation.State.REDEEMED);
        });
    }

    /** The price of this mode: until FusionAuth's search has forgotten a code, a second person can use it. */
    @Test
    void twoPeopleCanUseOneCodeUntilTheSearchHasForgottenIt() {
        var code = newCode();
        Wait.until(() -> almanac.get("/join/" + code).statusCode() == 200);
        writes(false);
        var first = anybody();
        var second = anybody();

        assertThat(almanac.join(code, first, PASSWORD)).isEqualTo(303);
        assertThat(almanac.join(code, second, PASSWORD)).isEqualTo(303);

        assertThat(look(code).invitation().invitee())
                .isEqualTo(new PersonId(sandbox.fusionAuth().idOf(first)));
        assertThat(almanac.bean(Inviters.class).branch(ana, 100))
                .extracting(Inviters.Member::email)
                .contains(first, second);
        writes(true);
        Wait.until(() -> almanac.get("/join/" + code).statusCode() == 410);
        assertThat(almanac.join(code, anybody(), PASSWORD)).isEqualTo(410);
    }

    /** As if writing Ana's codes took very long. */
    private static void writes(boolean soon) {
        almanac.bean(JdbcClient.class)
                .sql("UPDATE inviter SET projecting_until = now() + CAST(:when AS interval) WHERE person_id = :ana")
                .param("when", soon ? "0 seconds" : "1 hour")
                .param("ana", ana.value())
                .update();
    }

    private static String newCode() {
        return newCodeOf(ana);
    }

    private static String newCodeOf(PersonId person) {
        var before = almanac.bean(InvitationRows.class).of(person);
        assertThat(almanac.bean(Invitations.class).issue(person, true)).isEqualTo(Invitations.Issued.ISSUED);
        return almanac.bean(InvitationRows.class).of(person).stream()
                .filter(one -> before.stream().noneMatch(known -> known.id().equals(one.id())))
                .findFirst()
                .orElseThrow()
                .code()
                .value();
    }

    private static InvitationRows.Look look(String code) {
        return almanac.bean(InvitationRows.class).look(new InviteCode(code)).orElseThrow();
    }

    private static Invitation.State state(String code) {
        return look(code).invitation().state();
    }

    private static String anybody() {
        return UUID.randomUUID() + "@example.com";
    }
}
