package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.InvitationRows.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;
import sandbox.Sandbox;

/** Reservations, repairs, projection and limits of one running Almanac, community edition, strict. */
class InvitationsTests {

    private static final String ANA = "ana@example.com";
    private static final String PASSWORD = "a good long password";
    private static final List<String> BEFORE = List.of("user.registration.create");
    private static final List<String> AFTER = List.of("user.registration.create.complete");

    private static Sandbox sandbox;
    private static Instance almanac;
    private static PersonId ana;

    @BeforeAll
    static void start() {
        var port = Sandbox.freePort();
        sandbox = Sandbox.start(Sandbox.Ports.ANY, java.net.URI.create("http://localhost:" + port), "community");
        almanac = new Instance(
                sandbox,
                port,
                Map.of(
                        "server.tomcat.accesslog.enabled", "true",
                        "server.tomcat.accesslog.buffered", "false",
                        "server.tomcat.accesslog.directory",
                                Path.of("target", "access").toAbsolutePath().toString()));
        ana = new PersonId(sandbox.fusionAuth().idOf(ANA));
        almanac.bean(Invitations.class).arrived(ana, "Ana Alvarez", ANA);
    }

    @AfterAll
    static void stop() {
        almanac.close();
        sandbox.close();
    }

    @AfterEach
    void allIsWell() {
        sandbox.fusionAuth().down(false);
        sandbox.fusionAuth().delay(Duration.ZERO);
        sandbox.fusionAuth().lock(ANA, false);
        sandbox.fusionAuth().loseEvents();
        stale();
    }

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
    void whenNobodyCanSayInTimeTheAnswerIs503AndNothingIsHeldLater() {
        var code = newCode();
        stale();
        sandbox.fusionAuth().delay(Duration.ofSeconds(30));
        var begun = Instant.now();

        assertThat(almanac.reserveOnce(code, "slow@example.com").statusCode()).isEqualTo(503);

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
        sandbox.fusionAuth().delay(Duration.ZERO);
        stale();
        assertThat(almanac.reserve(code, "other@example.com").body()).contains("\"valid\":true");
    }

    @Test
    void aReservationThatWouldBeDecidedTooLateIsNotMade() {
        var code = newCode();
        var before = look(code);

        assertThat(almanac.bean(InvitationRows.class)
                        .reserve(new InviteCode(code), "late@example.com", before.now(), null))
                .isEmpty();
    }

    @Test
    void aRowThatSomebodyElseLocksIsAnswered503AndStaysFree() throws Exception {
        var code = newCode();
        try (var connection = almanac.bean(javax.sql.DataSource.class).getConnection()) {
            connection.setAutoCommit(false);
            try (var lock = connection.prepareStatement("SELECT id FROM invitation WHERE code = ? FOR UPDATE")) {
                lock.setString(1, code);
                lock.execute();
                assertThat(almanac.reserveOnce(code, "waiting@example.com").statusCode())
                        .isEqualTo(503);
            }
            connection.rollback();
        }
        Wait.until(() -> almanac.reserve(code, "other@example.com").body().contains("\"valid\":true"));
    }

    @Test
    void whoWaitsForARowIsGivenUpInTimeAndCommitsNothingLater() throws Exception {
        var code = newCode();
        var before = row(code);
        try (var lock = locking("SELECT FROM invitation WHERE code = ? FOR UPDATE", code)) {
            assertThat(almanac.reserveOnce(code, "waiting@example.com").statusCode())
                    .isEqualTo(503);
            Wait.until(() ->
                    almanac.bean(JdbcClient.class).sql("""
                            SELECT NOT EXISTS (SELECT FROM pg_stat_activity
                                WHERE datname = current_database() AND wait_event_type = 'Lock')
                            """).query(Boolean.class).single());
            lock.rollback();
        }
        assertThat(row(code)).isEqualTo(before);
    }

    @Test
    void whoJoinsWhileTheCodesRowIsLockedIsAskedToComeAgain() throws Exception {
        var code = newCode();
        var page = almanac.opened(code);
        try (var lock = locking("SELECT FROM invitation WHERE code = ? FOR UPDATE", code)) {
            assertThat(almanac.typed(page, "patient@example.com", PASSWORD)).isEqualTo(503);
            lock.rollback();
        }
        assertThat(almanac.join(code, "patient@example.com", PASSWORD)).isEqualTo(303);
    }

    @Test
    void aCodeThatIsLockedKeepsNoOtherFromBeingRepaired() throws Exception {
        var rows = almanac.bean(InvitationRows.class);
        var locked = newCode();
        var other = newCode();
        for (var code : List.of(locked, other)) {
            rows.reserve(
                    new InviteCode(code), "crash@example.com", Instant.now().plusSeconds(60), new Caller(null));
        }
        sql("UPDATE invitation SET reserved_until = now() - interval '1 hour' WHERE code = :code", locked);
        sql("UPDATE invitation SET reserved_until = now() - interval '1 second' WHERE code = :code", other);
        try (var lock = locking("SELECT FROM invitation WHERE code = ? FOR UPDATE", locked)) {
            almanac.bean(Repairs.class).repair();

            assertThat(look(other).invitation().state()).isEqualTo(Invitation.State.OPEN);
            lock.rollback();
        }
        Wait.until(() -> {
            almanac.bean(Repairs.class).repair();
            return look(locked).invitation().state() == Invitation.State.OPEN;
        });
    }

    @Test
    void anInviterWhoseRowIsLockedKeepsNobodyElseFromBeingCompared() throws Exception {
        var locked = new PersonId(UUID.randomUUID());
        var other = new PersonId(UUID.randomUUID());
        for (var person : List.of(locked, other)) {
            almanac.bean(Inviters.class).joined(person, "Somebody", null, null);
        }
        sqlOf("UPDATE inviter SET compare_at = now() - interval '2 days' WHERE person_id = :id", locked);
        sqlOf("UPDATE inviter SET compare_at = now() - interval '1 day' WHERE person_id = :id", other);
        var select = "SELECT FROM inviter WHERE person_id = CAST(? AS uuid) FOR UPDATE";
        try (var lock = locking(select, locked.toString())) {
            almanac.bean(Projection.class).compare();

            assertThat(isTrue("SELECT compare_at > now() FROM inviter WHERE person_id = :id", other))
                    .isTrue();
            lock.rollback();
        }
    }

    /** An instance that is lost in the middle of a transaction keeps what it locked until PostgreSQL gives it up. */
    @Test
    void whatAnIdleTransactionLocksIsFreeAgainSoon() {
        assertThat(almanac.bean(JdbcClient.class)
                        .sql("SHOW idle_in_transaction_session_timeout")
                        .query(String.class)
                        .single())
                .isEqualTo("10s");
    }

    /** Of a connection that is not Almanac's. */
    private static Connection locking(String select, String key) throws SQLException {
        var connection = DriverManager.getConnection(
                String.valueOf(sandbox.settings().get("DATABASE_URL")),
                String.valueOf(sandbox.settings().get("DATABASE_USERNAME")),
                String.valueOf(sandbox.settings().get("DATABASE_PASSWORD")));
        connection.setAutoCommit(false);
        try (var lock = connection.prepareStatement(select)) {
            lock.setString(1, key);
            lock.execute();
        }
        return connection;
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

    private static Joining.Joined comesWith(String code, PersonId person, @Nullable String email) {
        var link = new InviteLinks.Link.Good(code, new InviteCode(code), null, null);
        return almanac.bean(Joining.class)
                .join(link, new app.almanac.security.Newcomers.Newcomer(person, "Has Login", email));
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
    void whileTheDatabaseIsSlowAnEventIsAnsweredAndNothingOfItComesLater() throws Exception {
        var code = newCode();
        var email = UUID.randomUUID() + "@example.com";
        almanac.reserve(code, email);
        var newcomer = UUID.randomUUID();
        try (var connection = almanac.bean(javax.sql.DataSource.class).getConnection()) {
            connection.setAutoCommit(false);
            try (var lock = connection.prepareStatement("SELECT id FROM invitation WHERE code = ? FOR UPDATE")) {
                lock.setString(1, code);
                lock.execute();
                var begun = Instant.now();
                assertThat(knock(event("user.registration.create", code, email, newcomer)))
                        .isEqualTo(503);
                assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofMillis(4500));
            }
            connection.rollback();
        }
        assertThat(look(code).invitation().invitee()).isNull();
        assertThat(knock(event("user.registration.create", code, email, newcomer)))
                .isEqualTo(204);
    }

    private static byte[] event(String type, String code, String email, UUID user) {
        return """
                {"event":{"id":"%s","type":"%s","createInstant":%d,"tenantId":"a1a2a3a4-0000-4000-8000-000000000001",
                "applicationId":"a1a2a3a4-0000-4000-8000-000000000002",
                "user":{"id":"%s","email":"%s","data":{"inviteCode":"%s"}}}}""".formatted(UUID.randomUUID(), type, Instant.now().toEpochMilli(), user, email, code)
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static int knock(byte[] body) {
        return almanac.knock(body, sandbox.fusionAuth().signatureOf(body));
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

    private static int wrongCodes() {
        return almanac.bean(JdbcClient.class)
                .sql("SELECT coalesce(sum(times), 0) FROM wrong_code WHERE who = 'all'")
                .query(Integer.class)
                .single();
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

    /** What two instances do at the same time. */
    @Test
    void onlyOneWritesForAPersonAtATime() throws Exception {
        var person = new PersonId(sandbox.fusionAuth().idOf("ben@example.com"));
        almanac.bean(Invitations.class).arrived(person, "Ben Baker", "ben@example.com");
        sandbox.fusionAuth().delay(Duration.ofMillis(300));
        almanac.bean(JdbcClient.class)
                .sql(
                        "UPDATE inviter SET projecting_until = now() + interval '1 hour', wanted = wanted + 1 WHERE person_id = :id")
                .param("id", person.value())
                .update();
        var written = "SELECT wanted = projected FROM inviter WHERE person_id = :id";

        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                threads.execute(almanac.bean(Projection.class)::write);
            }
        }
        assertThat(isTrue(written, person))
                .as("while somebody else's lease lasts")
                .isFalse();

        sandbox.fusionAuth().delay(Duration.ZERO);
        almanac.bean(JdbcClient.class)
                .sql("UPDATE inviter SET projecting_until = now() WHERE person_id = :id")
                .param("id", person.value())
                .update();
        Wait.until(() -> isTrue(written, person));
    }

    private static void sqlOf(String statement, PersonId person) {
        almanac.bean(JdbcClient.class)
                .sql(statement)
                .param("id", person.value())
                .update();
    }

    private static boolean isTrue(String question, PersonId person) {
        return almanac.bean(JdbcClient.class)
                .sql(question)
                .param("id", person.value())
                .query(Boolean.class)
                .single();
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

    private static String newCode() {
        var before = almanac.bean(InvitationRows.class).of(ana);
        assertThat(almanac.bean(Invitations.class).issue(ana, true)).isEqualTo(Invitations.Issued.ISSUED);
        var after = new java.util.ArrayList<>(almanac.bean(InvitationRows.class).of(ana));
        after.removeIf(one -> before.stream().anyMatch(known -> known.id().equals(one.id())));
        return after.getFirst().code().value();
    }

    private static InvitationRows.Look look(String code) {
        return almanac.bean(InvitationRows.class).look(new InviteCode(code)).orElseThrow();
    }

    private static Map<String, @Nullable Object> row(String code) {
        return almanac.bean(JdbcClient.class)
                .sql("SELECT * FROM invitation WHERE code = :code")
                .param("code", code)
                .query()
                .singleRow();
    }

    private static void sql(String statement, String code) {
        almanac.bean(JdbcClient.class).sql(statement).param("code", code).update();
    }

    private static void stale() {
        almanac.bean(JdbcClient.class)
                .sql("UPDATE inviter SET checked_at = '-infinity'")
                .update();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
