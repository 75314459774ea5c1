package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.PersonId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reservations, the join page and the limits of codes. */
class InvitationsTests extends OneAlmanac {

    @Test
    void aReservationIsForOneAddressAndTheSameOneMayAskAgain() {
        var code = newCode();

        assertThat(almanac.reserve(code, "new@example.com").body()).isEqualTo("{\"valid\":true}");
        assertThat(almanac.reserve(code.toUpperCase(java.util.Locale.ROOT), " New@Example.com ")
                        .body())
                .isEqualTo("{\"valid\":true}");
        assertThat(almanac.reserve(code, "other@example.com").body()).contains("\"valid\":false");
    }

    @Test
    void everyReasonHasTheSameRefusal() {
        var reserved = newCode();
        almanac.reserve(reserved, "first@example.com");
        var expired = newCode();
        sql("UPDATE invitation SET expires_at = now() WHERE code = :code", expired);
        var withdrawn = newCode();
        almanac.bean(Invitations.class)
                .withdraw(ana, look(withdrawn).invitation().id());
        var open = newCode();
        var application = "a1a2a3a4-0000-4000-8000-000000000002";

        assertThat(List.of(
                        almanac.reserve("0000000000000000", "x@example.com"),
                        almanac.reserve("7k3m9x2pq4tzwb0n", "x@example.com"),
                        almanac.reserve("\\\" OR 1=1", "x@example.com"),
                        almanac.reserve(reserved, "x@example.com"),
                        almanac.reserve(expired, "x@example.com"),
                        almanac.reserve(withdrawn, "x@example.com"),
                        almanac.ask("""
                                {"code":"%s","email":"x@example.com","inviterEmail":"ben@example.com","applicationId":"%s"}""".formatted(open, application)),
                        almanac.ask("""
                                {"code":"%s","email":"x@example.com","applicationId":"%s"}""".formatted(open, UUID.randomUUID()))))
                .allSatisfy(refusal -> {
                    assertThat(refusal.statusCode()).isEqualTo(200);
                    assertThat(refusal.body())
                            .isEqualTo("{\"valid\":false,\"code\":\"[invalid]user.data.inviteCode\","
                                    + "\"message\":\"This invitation code cannot be used.\"}");
                });
        assertThat(almanac.ask("""
                        {"code":"%s","email":"x@example.com","inviterEmail":"Ana@Example.com","applicationId":"%s"}""".formatted(open, application)).body()).isEqualTo("{\"valid\":true}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"code\":7,\"email\":\"x@example.com\",\"applicationId\":\"a\"}",
                "{\"code\":\"x\",\"email\":\"\",\"applicationId\":\"a\"}",
                "{\"code\":\"x\",\"email\":\"x@example.com\"}"
            })
    void aMalformedQuestionIsABadRequest(String body) {
        assertThat(almanac.ask(body).statusCode()).isEqualTo(400);
    }

    @Test
    void onlyTheLambdaMayAsk() {
        assertThat(almanac.ask("{}", "Bearer wrong").statusCode()).isEqualTo(401);
        assertThat(almanac.ask("{}", "Basic x").statusCode()).isEqualTo(401);
    }

    @Test
    void anInviterWhoIsLockedOrPausedInvitesNobody() {
        var code = newCode();
        sandbox.fusionAuth().lock(ANA, true);
        stale();
        assertThat(almanac.reserve(code, "x@example.com").body()).contains("\"valid\":false");
        assertThat(almanac.get("/join/" + code).statusCode()).isEqualTo(410);

        sandbox.fusionAuth().lock(ANA, false);
        stale();
        almanac.bean(Inviters.class).pause(ana, true);
        assertThat(almanac.reserve(code, "x@example.com").body()).contains("\"valid\":false");
        assertThat(almanac.bean(Invitations.class).issue(ana, true)).isEqualTo(Invitations.Issued.PAUSED);

        almanac.bean(Inviters.class).pause(ana, false);
        assertThat(almanac.reserve(code, "x@example.com").body()).contains("\"valid\":true");
    }

    @Test
    void aReservationIsNotRenewedBeyondTheCodesEnd() {
        var code = newCode();
        almanac.reserve(code, "slow@example.com");
        sql(
                "UPDATE invitation SET expires_at = now(), reserved_until = now() + interval '1 minute' WHERE code = :code",
                code);
        var until = String.valueOf(row(code).get("reserved_until"));

        assertThat(almanac.reserve(code, "slow@example.com").body()).isEqualTo("{\"valid\":true}");
        assertThat(row(code).get("reserved_until")).hasToString(until);
    }

    @Test
    void anInviterCanTakeBackACodeThatIsOnlyReserved() {
        var code = newCode();
        var email = UUID.randomUUID() + "@example.com";
        almanac.reserve(code, email);

        assertThat(almanac.bean(Invitations.class)
                        .withdraw(ana, look(code).invitation().id()))
                .isTrue();

        assertThat(knock(event("user.registration.create", code, email, UUID.randomUUID())))
                .isEqualTo(409);
        assertThat(almanac.reserve(code, email).body()).contains("\"valid\":false");
    }

    @Test
    void aCodeThatCannotBeHadIsRefusedAlsoWhileFusionAuthIsSilent() {
        var spent = newCode();
        assertThat(almanac.join(spent, UUID.randomUUID() + "@example.com", PASSWORD))
                .isEqualTo(303);
        var held = newCode();
        almanac.reserve(held, "first@example.com");
        stale();
        sandbox.fusionAuth().down(true);

        assertThat(almanac.reserve(spent, "x@example.com").body()).contains("\"valid\":false");
        assertThat(almanac.reserve(held, "x@example.com").body()).contains("\"valid\":false");
        assertThat(almanac.reserveOnce(newCode(), "x@example.com").statusCode()).isEqualTo(503);
    }

    @Test
    void anInvitersNewAddressCountsAsSoonAsFusionAuthIsAsked() {
        var code = newCode();
        sqlOf("UPDATE inviter SET email = 'former@example.com', checked_at = '-infinity' WHERE person_id = :id", ana);
        var question = """
                {"code":"%s","email":"x@example.com","inviterEmail":"%s","applicationId":"a1a2a3a4-0000-4000-8000-000000000002"}""";

        assertThat(almanac.ask(question.formatted(code, ANA)).body()).isEqualTo("{\"valid\":true}");
        assertThat(almanac.ask(question.formatted(newCode(), "former@example.com"))
                        .body())
                .contains("\"valid\":false");
    }

    @Test
    void whoHasALoginAndIsInAlreadyIsInByWhateverAddress() {
        var email = UUID.randomUUID() + "@example.com";
        assertThat(sandbox.fusionAuth().registersForAlmanac(email)).isTrue();
        var person = new PersonId(sandbox.fusionAuth().idOf(email));

        assertThat(comesWith(newCode(), person, null)).isInstanceOf(Joining.Joined.In.class);
    }

    @Test
    void whoWasHereBeforeThereWereCodesMakesTheirFirstOnesByAskingForOne() {
        var person = new PersonId(UUID.randomUUID());

        assertThat(almanac.bean(Invitations.class).issue(person, false)).isEqualTo(Invitations.Issued.ISSUED);
        assertThat(almanac.bean(InvitationRows.class).of(person)).hasSize(3);
        assertThat(almanac.bean(Invitations.class).issue(person, false)).isEqualTo(Invitations.Issued.QUOTA_REACHED);
    }

    @Test
    void ofALargeBranchThoseAreShownWhoAreNearest() {
        var root = new PersonId(UUID.randomUUID());
        var inviters = almanac.bean(Inviters.class);
        inviters.joined(root, "Root", null, null);
        var elder = new PersonId(UUID.randomUUID());
        inviters.joined(elder, "Elder", null, root);
        almanac.bean(JdbcClient.class).sql("""
                        INSERT INTO inviter (person_id, name, invited_by)
                        SELECT gen_random_uuid(), 'Grandchild', :elder FROM generate_series(1, 5000)
                        """).param("elder", elder.value()).update();
        inviters.joined(new PersonId(UUID.randomUUID()), "Younger", null, root);

        var branch = inviters.branch(root, 200);

        assertThat(branch).hasSize(200).extracting(Inviters.Member::name).contains("Elder", "Younger");
        almanac.bean(JdbcClient.class)
                .sql("DELETE FROM inviter WHERE invited_by = :elder")
                .param("elder", elder.value())
                .update();
    }

    @Test
    void anExpiredCodeIsOver() {
        var code = newCode();
        sql("UPDATE invitation SET expires_at = now() WHERE code = :code", code);

        assertThat(almanac.get("/join/" + code).statusCode()).isEqualTo(410);
        assertThat(almanac.join(code, "late@example.com", PASSWORD)).isEqualTo(410);
    }

    @Test
    void wrongCodesOfOneAddressCountAtBothDoors() {
        almanac.bean(JdbcClient.class).sql("DELETE FROM wrong_code").update();
        var email = UUID.randomUUID() + "@example.com";
        for (int i = 0; i < WrongCodes.BY_ONE; i++) {
            almanac.reserve(InviteCode.random().value(), email);
        }
        Wait.until(() -> almanac.bean(JdbcClient.class)
                .sql("SELECT coalesce(max(times), 0) >= :most FROM wrong_code WHERE who <> 'all'")
                .param("most", WrongCodes.BY_ONE)
                .query(Boolean.class)
                .single());

        assertThat(almanac.bean(WrongCodes.class).oneTooMany(null, email)).isTrue();
        assertThat(almanac.bean(WrongCodes.class).oneTooMany(null, "another@example.com"))
                .isFalse();
        assertThat(almanac.reserve(newCode(), email).body())
                .as("a right code is always served")
                .isEqualTo("{\"valid\":true}");
        almanac.bean(JdbcClient.class).sql("DELETE FROM wrong_code").update();
    }

    /** A code that exists is no guess, whatever else is wrong about it; so it is on the join page. */
    @Test
    void onlyCodesThatDoNotExistCountAtTheLambdasDoor() {
        var spent = newCode();
        sql("UPDATE invitation SET state = 'withdrawn' WHERE code = :code", spent);
        var held = newCode();
        almanac.reserve(held, "first@example.com");
        almanac.bean(JdbcClient.class).sql("DELETE FROM wrong_code").update();
        var email = UUID.randomUUID() + "@example.com";

        almanac.reserve(spent, email);
        almanac.reserve(held, email);
        assertThat(almanac.reserve(InviteCode.random().value(), email).body()).contains("\"valid\":false");

        Wait.until(() -> wrongCodes() > 0);
        assertThat(wrongCodes()).isEqualTo(1);
        almanac.bean(JdbcClient.class).sql("DELETE FROM wrong_code").update();
    }

    @Test
    void ofCodesThatAreOverOnlyTheLatestAreListedAndOthersWithWhoUsedThem() {
        var person = new PersonId(UUID.randomUUID());
        var rows = almanac.bean(InvitationRows.class);
        almanac.bean(Invitations.class).arrived(person, "Many", null);
        sqlOf("""
                INSERT INTO invitation (id, code, inviter_id, created_at, expires_at, state, ended_at)
                SELECT gen_random_uuid(), 'zz' || lpad(CAST(n AS text), 14, '0'), :id,
                    now() - n * interval '1 hour', now(), 'withdrawn', now() FROM generate_series(100, 159) AS n
                """, person);
        var used = rows.of(person).getLast();
        almanac.bean(Invitations.class).redeemed(used.code(), new PersonId(UUID.randomUUID()), "New Person", null);

        var listed = rows.listed(person, 50);

        assertThat(listed).hasSize(53);
        assertThat(listed.getFirst().invitation().code().value()).isEqualTo("zz00000000000149");
        assertThat(listed)
                .filteredOn(one -> one.invitee() != null)
                .singleElement()
                .satisfies(one -> assertThat(one.invitation().id()).isEqualTo(used.id()));
    }

    @Test
    void whoMakesCodesAndTakesThemBackWithoutEndIsStoppedForTheDay() {
        var person = new PersonId(UUID.randomUUID());
        var invitations = almanac.bean(Invitations.class);
        invitations.arrived(person, "Restless", null);
        var rows = almanac.bean(InvitationRows.class);
        var last = Invitations.Issued.ISSUED;
        for (int i = 0; i < 30 && last == Invitations.Issued.ISSUED; i++) {
            rows.of(person).forEach(one -> invitations.withdraw(person, one.id()));
            last = invitations.issue(person, false);
        }

        assertThat(last).isEqualTo(Invitations.Issued.ENOUGH_FOR_TODAY);
        assertThat(rows.of(person)).hasSize(23);
        assertThat(invitations.issue(person, true)).as("an administrator").isEqualTo(Invitations.Issued.ISSUED);
        sqlOf("UPDATE invitation SET created_at = created_at - interval '1 day' WHERE inviter_id = :id", person);
        rows.of(person).forEach(one -> invitations.withdraw(person, one.id()));
        assertThat(invitations.issue(person, false)).isEqualTo(Invitations.Issued.ISSUED);
    }

    @Test
    void aRegistrationThatIsNotAcceptedLeavesTheCodeUsable() {
        var code = newCode();

        assertThat(almanac.join(code, "short@example.com", "short")).isEqualTo(400);
        assertThat(almanac.join(code, "nonsense", PASSWORD)).isEqualTo(400);
        assertThat(almanac.join(code, "other@example.org", PASSWORD)).isEqualTo(303);
    }

    @Test
    void whoseAddressHasALoginIsToldNothingElseThanANewcomer() {
        var code = newCode();

        assertThat(almanac.join(code, "nora@example.com", PASSWORD)).isEqualTo(303);
        assertThat(sandbox.fusionAuth().isRegistered("nora@example.com")).isFalse();
        assertThat(look(code).invitation().state()).isEqualTo(Invitation.State.OPEN);
    }

    @Test
    void whoTypesABadPasswordLearnsNothingAboutAnAddress() {
        var code = newCode();

        assertThat(almanac.join(code, "nora@example.com", "short")).isEqualTo(400);
        assertThat(almanac.join(code, UUID.randomUUID() + "@example.com", "short"))
                .isEqualTo(400);
    }

    @Test
    void aCodeIsNoWayToFindOutWhichAddressesHaveALogin() {
        var code = newCode();
        for (int i = 0; i < WrongCodes.LOGINS_BY_CODE; i++) {
            assertThat(almanac.join(code, "nora@example.com", PASSWORD)).isEqualTo(303);
        }

        assertThat(almanac.join(code, "nora@example.com", PASSWORD)).isEqualTo(429);
        assertThat(almanac.join(code, UUID.randomUUID() + "@example.com", PASSWORD))
                .isEqualTo(429);
        assertThat(almanac.get("/join/" + code).statusCode()).isEqualTo(200);
        assertThat(almanac.join(newCode(), UUID.randomUUID() + "@example.com", PASSWORD))
                .isEqualTo(303);
    }

    @Test
    void wrongCodesAreSlowedDownAndARightOneIsAlwaysServed() {
        var code = newCode();
        almanac.bean(JdbcClient.class).sql("DELETE FROM wrong_code").update();

        for (int i = 0; i < WrongCodes.BY_ONE; i++) {
            assertThat(almanac.get("/join/" + InviteCode.random().value()).statusCode())
                    .isEqualTo(404);
        }
        assertThat(almanac.get("/join/" + InviteCode.random().value()).statusCode())
                .isEqualTo(429);
        assertThat(almanac.get("/join/" + code).statusCode()).isEqualTo(200);
        assertThat(almanac.join(code, "throttled@example.com", PASSWORD)).isEqualTo(303);
        almanac.bean(JdbcClient.class).sql("DELETE FROM wrong_code").update();
    }

    @Test
    void lookingAtAnInvitationHoweverOftenChangesNothingAboutIt() {
        var code = newCode();
        var before = row(code);

        for (int i = 0; i < 50; i++) {
            assertThat(almanac.get("/join/" + code).statusCode()).isEqualTo(200);
        }

        assertThat(row(code)).isEqualTo(before);
    }

    @Test
    void aJoinPageIsNotIndexedAndSendsNoReferrerAndTheAccessLogHasNoCode() throws IOException {
        var code = newCode();

        var page = almanac.get("/join/" + code + "?x=" + code);

        for (var answer : List.of(page, almanac.get("/join/" + code + "/registration"))) {
            assertThat(answer.headers().firstValue("X-Robots-Tag")).contains("noindex, nofollow");
        }
        assertThat(page.headers().allValues("Referrer-Policy")).containsOnly("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
        try (var logs = Files.list(Path.of("target", "access"))) {
            var log = logs.map(InvitationsTests::read).toList().toString();
            assertThat(log).contains("/join/{code}").doesNotContain(code);
        }
    }

    @Test
    void thirtyTwoAtOnceGetNoMoreThanTheQuota() throws Exception {
        var person = new PersonId(UUID.randomUUID());
        var invitations = almanac.bean(Invitations.class);
        invitations.arrived(person, "Quota", null);
        almanac.bean(InvitationRows.class).of(person).forEach(one -> invitations.withdraw(person, one.id()));
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                threads.execute(() -> invitations.issue(person, false));
            }
        }

        assertThat(almanac.bean(InvitationRows.class).counted(person)).isEqualTo(3);
    }

    private static int wrongCodes() {
        return almanac.bean(JdbcClient.class)
                .sql("SELECT coalesce(sum(times), 0) FROM wrong_code WHERE who = 'all'")
                .query(Integer.class)
                .single();
    }
}
