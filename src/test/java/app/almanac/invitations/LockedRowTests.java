package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.InvitationRows.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** While a row of the database is somebody else's, or the database takes its time. */
class LockedRowTests extends OneAlmanac {

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
}
