package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.Inviters.Inviter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The truth about every code. Each step is one conditional update on the database's clock: whoever finds the row in
 * another state than the step begins from has lost, however many come at once.
 *
 * <pre>
 * open ──reserve──▶ reserved ──consume──▶ consumed ──confirm──▶ redeemed
 *  ▲ └─withdraw─▶ withdrawn │                 │
 *  └──── lapse, give back ──┴── FusionAuth ───┘
 *                               has no such user
 * </pre>
 */
@Component
class InvitationRows {

    /** A reservation that holds; {@code user} is the id of the user that the join page is to make. */
    record Reserved(UUID id, PersonId user, Instant until) {}

    /** A code with which FusionAuth may have made this user, or another one for the address that it is reserved for. */
    record UnderWay(
            UUID id,
            InviteCode code,
            PersonId invitee,
            @Nullable String email) {}

    /** The state as people see it. */
    private static final String SHOWN = """
            CASE WHEN state IN ('redeemed', 'withdrawn') THEN state
                 WHEN state = 'consumed' OR invitee_id IS NOT NULL OR reserved_until > clock_timestamp() THEN 'reserved'
                 WHEN expires_at <= clock_timestamp() THEN 'expired'
                 ELSE 'open' END""";

    /** Nobody is registering with it: open, or reserved by somebody who did not go on. */
    private static final String FREE = """
            (state = 'open' OR state = 'reserved' AND invitee_id IS NULL AND reserved_until <= clock_timestamp())""";

    /** Held for this user, or for the address that FusionAuth has them with, or nobody's. */
    private static final String REDEEMABLE = """
            (state IN ('reserved', 'consumed') AND (invitee_id = :user OR reserved_email = CAST(:email AS text))
                OR\s""" + FREE + ")";

    private static final String COLUMNS =
            "id, code, inviter_id, expires_at, invitee_id, ended_at, " + SHOWN + " AS shown";

    private final JdbcClient jdbc;

    InvitationRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A code, its inviter, whom it is reserved for if it is, whether that is unconfirmed, and the database's time. */
    record Look(
            Invitation invitation,
            Inviter inviter,
            @Nullable String reservedEmail,
            boolean unconfirmed,
            Instant now) {

        boolean isReservedFor(String email) {
            return email.equals(reservedEmail);
        }

        /** Whether it is free, or held for this address. */
        boolean mayBeHadBy(String email) {
            return !inviter.paused()
                    && (invitation.state() == State.OPEN
                            || (invitation.state() == State.RESERVED && isReservedFor(email)));
        }

        UnderWay underWay() {
            var invitee = Objects.requireNonNull(invitation.invitee());
            return new UnderWay(invitation.id(), invitation.code(), invitee, reservedEmail);
        }
    }

    Optional<Look> look(InviteCode code) {
        return jdbc.sql("SELECT reserved_email, state = 'consumed' AS unconfirmed, clock_timestamp() AS now, " + COLUMNS
                        + ", " + Inviters.COLUMNS
                        + " FROM invitation JOIN inviter ON person_id = inviter_id WHERE code = :code")
                .param("code", code.value())
                .query((row, number) -> new Look(
                        read(row, number),
                        Inviters.read(row, number),
                        row.getString("reserved_email"),
                        row.getBoolean("unconfirmed"),
                        row.getTimestamp("now").toInstant()))
                .optional();
    }

    /** A code with what to call who used it. */
    record Listed(Invitation invitation, @Nullable String invitee) {}

    /** Somebody's codes, the oldest first; of those that are expired or withdrawn only the latest. */
    List<Listed> listed(PersonId inviter, int mostThatAreOver) {
        return jdbc.sql("SELECT * FROM (SELECT " + COLUMNS
                        + ", created_at, coalesce(name, inviter.email) AS called, row_number() OVER ("
                        + "PARTITION BY " + SHOWN
                        + " IN ('expired', 'withdrawn') ORDER BY created_at DESC, id) AS place"
                        + " FROM invitation LEFT JOIN inviter ON person_id = invitee_id WHERE inviter_id = :inviter) AS own"
                        + " WHERE shown NOT IN ('expired', 'withdrawn') OR place <= :most ORDER BY created_at, id")
                .param("inviter", inviter.value())
                .param("most", mostThatAreOver)
                .query((row, number) -> new Listed(read(row, number), row.getString("called")))
                .list();
    }

    Optional<Invitation> find(PersonId inviter, UUID id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM invitation WHERE inviter_id = :inviter AND id = :id")
                .param("inviter", inviter.value())
                .param("id", id)
                .query(InvitationRows::read)
                .optional();
    }

    /** How many codes somebody was given or made within a day. */
    int madeToday(PersonId inviter) {
        return jdbc.sql("""
                        SELECT count(*) FROM invitation
                        WHERE inviter_id = :inviter AND created_at > clock_timestamp() - interval '1 day'
                        """)
                .param("inviter", inviter.value())
                .query(Integer.class)
                .single();
    }

    List<Invitation> of(PersonId inviter) {
        return listed(inviter, Integer.MAX_VALUE).stream()
                .map(Listed::invitation)
                .toList();
    }

    /** A new code; a collision, one in 2^80, is tried again. */
    void issue(PersonId inviter, Duration life) {
        while (jdbc.sql("""
                        INSERT INTO invitation (id, code, inviter_id, expires_at)
                        VALUES (:id, :code, :inviter, clock_timestamp() + :life * interval '1 second')
                        ON CONFLICT (code) DO NOTHING
                        """)
                        .param("id", UUID.randomUUID())
                        .param("code", InviteCode.random().value())
                        .param("inviter", inviter.value())
                        .param("life", life.toSeconds())
                        .update()
                == 0) {
            // the next random code
        }
    }

    /** How many of somebody's codes count: those that are used or may still be. */
    int counted(PersonId inviter) {
        return jdbc.sql("SELECT count(*) FROM invitation WHERE inviter_id = :inviter AND " + SHOWN
                        + " IN ('open', 'reserved', 'redeemed')")
                .param("inviter", inviter.value())
                .query(Integer.class)
                .single();
    }

    /** Takes back a code with which FusionAuth cannot have made anybody; who holds it for a form loses it. */
    boolean withdraw(PersonId inviter, UUID id) {
        return jdbc.sql("""
                        UPDATE invitation SET state = 'withdrawn', ended_at = clock_timestamp(),
                            reserved_email = NULL, reserved_until = NULL
                        WHERE id = :id AND inviter_id = :inviter AND invitee_id IS NULL AND\s""" + SHOWN + " IN ('open', 'reserved')")
                        .param("id", id)
                        .param("inviter", inviter.value())
                        .update()
                == 1;
    }

    /**
     * Reserves a code for an address, or renews that address's own reservation, though not beyond the code's end and ten
     * minutes. {@code latest} is on the database's clock: an update that comes later does nothing, and one that waits for
     * the row until then is given up, with an exception. With {@code by} the join page is about to call FusionAuth: the
     * user's id is committed with the reservation, and only the answer or FusionAuth's word gives the code back.
     */
    Optional<Reserved> reserve(InviteCode code, String email, Instant latest, @Nullable Caller by) {
        return jdbc.sql("""
                        UPDATE invitation SET state = 'reserved', reserved_email = :email,
                            reserved_until = CASE WHEN expires_at > clock_timestamp()
                                THEN clock_timestamp() + interval '10 minutes' ELSE reserved_until END,
                            invitee_id = CASE WHEN :calling THEN coalesce(CAST(:user AS uuid), registration_id)
                                              WHEN state = 'reserved' AND reserved_email = :email THEN invitee_id END,
                            calls = CASE WHEN state = 'reserved' AND reserved_email = :email THEN calls ELSE 0 END
                                + CASE WHEN :calling THEN 1 ELSE 0 END
                        WHERE (SELECT set_config('lock_timeout', CAST(greatest(1, 1000 * extract(epoch
                                FROM CAST(:latest AS timestamptz) - clock_timestamp())) AS int) || 'ms', true)) IS NOT NULL
                            AND code = :code AND clock_timestamp() < :latest
                            AND (expires_at > clock_timestamp() AND\s""" + FREE + """
                             OR state = 'reserved' AND reserved_email = :email
                                AND (expires_at > clock_timestamp() OR reserved_until > clock_timestamp())
                                AND (NOT :calling OR invitee_id IS NULL
                                    OR invitee_id = coalesce(CAST(:user AS uuid), registration_id)))
                            AND EXISTS (SELECT FROM inviter WHERE person_id = inviter_id AND working AND paused_at IS NULL)
                        RETURNING id, coalesce(invitee_id, registration_id) AS user_id, reserved_until
                        """)
                .param("code", code.value())
                .param("email", email)
                .param("latest", Timestamp.from(latest))
                .param("calling", by != null)
                .param(
                        "user",
                        by == null || by.existing() == null
                                ? null
                                : by.existing().value())
                .query((row, number) -> new Reserved(
                        row.getObject("id", UUID.class),
                        person(row, "user_id"),
                        row.getTimestamp("reserved_until").toInstant()))
                .optional();
    }

    /** Who is about to call FusionAuth with a code: for a user who exists, or for a new one. */
    record Caller(@Nullable PersonId existing) {}

    /** A call of the join page came back and nothing was made: the last such call gives the code back. */
    void giveBack(UUID id, PersonId user) {
        jdbc.sql("""
                        UPDATE invitation SET calls = calls - 1,
                            state = CASE WHEN calls = 1 THEN 'open' ELSE state END,
                            invitee_id = CASE WHEN calls = 1 THEN NULL ELSE invitee_id END,
                            reserved_email = CASE WHEN calls = 1 THEN NULL ELSE reserved_email END,
                            reserved_until = CASE WHEN calls = 1 THEN NULL ELSE reserved_until END
                        WHERE id = :id AND state IN ('reserved', 'consumed') AND invitee_id = :user AND calls > 0
                        """).param("id", id).param("user", user.value()).update();
    }

    /** Undoes a reservation that was answered too late to be told, unless the address has renewed it since. */
    void unreserve(Reserved reserved, String email) {
        jdbc.sql("""
                        UPDATE invitation SET state = 'open', reserved_email = NULL, reserved_until = NULL
                        WHERE id = :id AND state = 'reserved' AND reserved_email = :email AND invitee_id IS NULL
                            AND reserved_until = :until
                        """)
                .param("id", reserved.id())
                .param("email", email)
                .param("until", Timestamp.from(reserved.until()))
                .update();
    }

    /** FusionAuth is making a user with this code: whether it may. Also true when it did already. */
    boolean consume(InviteCode code, String email, PersonId user) {
        return jdbc.sql("""
                        UPDATE invitation SET state = CASE WHEN state = 'redeemed' THEN state ELSE 'consumed' END,
                            invitee_id = :user,
                            reserved_until = CASE WHEN state = 'redeemed' THEN NULL
                                ELSE clock_timestamp() + interval '10 minutes' END
                        WHERE code = :code
                            AND (state = 'redeemed' AND invitee_id = :user
                                OR state = 'consumed' AND invitee_id = :user
                                OR state = 'reserved' AND reserved_email = :email
                                    AND (reserved_until > clock_timestamp() OR invitee_id = :user))
                        """)
                        .param("code", code.value())
                        .param("email", email)
                        .param("user", user.value())
                        .update()
                == 1;
    }

    /** Whether somebody is coming in with a code, or FusionAuth may have let them in with it. */
    boolean isHeldBy(PersonId person) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM invitation
                            WHERE invitee_id = :person AND state IN ('reserved', 'consumed'))
                        """)
                .param("person", person.value())
                .query(Boolean.class)
                .single();
    }

    boolean isSpentBy(InviteCode code, PersonId person) {
        return inviterOf(code, person).isPresent();
    }

    /** FusionAuth took that registration back: its address may try again, and nobody else yet. */
    void takenBack(UnderWay unconfirmed) {
        jdbc.sql(
                        "UPDATE invitation SET state = 'reserved' WHERE id = :id AND state = 'consumed' AND invitee_id = :user")
                .param("id", unconfirmed.id())
                .param("user", unconfirmed.invitee().value())
                .update();
    }

    /**
     * FusionAuth has made this user with this code: it is spent, unless somebody else's. {@code email} is null where
     * FusionAuth's word is about the user alone. Who was in by another code before, and left, came by that one formerly.
     */
    Optional<PersonId> redeem(InviteCode code, @Nullable String email, PersonId user) {
        jdbc.sql("""
                        UPDATE invitation SET former = true
                        WHERE invitee_id = :user AND state = 'redeemed' AND code <> :code
                            AND EXISTS (SELECT FROM invitation WHERE code = :code AND\s""" + REDEEMABLE + ")")
                .param("code", code.value())
                .param("email", email)
                .param("user", user.value())
                .update();
        return jdbc.sql("""
                        UPDATE invitation SET state = 'redeemed', invitee_id = :user, ended_at = clock_timestamp(),
                            reserved_email = NULL, reserved_until = NULL, calls = 0
                        WHERE code = :code AND\s""" + REDEEMABLE + " RETURNING inviter_id")
                .param("code", code.value())
                .param("email", email)
                .param("user", user.value())
                .query((row, number) -> person(row, "inviter_id"))
                .optional();
    }

    /** Who invited the user who spent this code. */
    Optional<PersonId> inviterOf(InviteCode code, PersonId user) {
        return jdbc.sql(
                        "SELECT inviter_id FROM invitation WHERE code = :code AND state = 'redeemed' AND invitee_id = :user")
                .param("code", code.value())
                .param("user", user.value())
                .query((row, number) -> person(row, "inviter_id"))
                .optional();
    }

    /** Codes of which only FusionAuth can say what became of them. */
    List<UnderWay> overdue(int most) {
        return jdbc.sql("""
                        SELECT id, code, invitee_id, reserved_email FROM invitation
                        WHERE state IN ('reserved', 'consumed') AND invitee_id IS NOT NULL
                            AND reserved_until <= clock_timestamp()
                        ORDER BY reserved_until LIMIT :most
                        """)
                .param("most", most)
                .query((row, number) -> new UnderWay(
                        row.getObject("id", UUID.class),
                        new InviteCode(row.getString("code")),
                        person(row, "invitee_id"),
                        row.getString("reserved_email")))
                .list();
    }

    /**
     * FusionAuth has this user, registered since then: the code is spent, unless the user came in by another one, or may
     * have, which is found out first. Then this one is free again.
     */
    Optional<PersonId> found(UnderWay underWay, PersonId user, @Nullable Instant since) {
        jdbc.sql("SELECT id FROM invitation WHERE invitee_id = :user ORDER BY id FOR UPDATE")
                .param("user", user.value())
                .query(UUID.class)
                .list();
        jdbc.sql("""
                        UPDATE invitation SET former = true
                        WHERE invitee_id = :user AND state = 'redeemed'
                            AND ended_at < CAST(:since AS timestamptz) - interval '1 minute'
                        """)
                .param("user", user.value())
                .param("since", since == null ? null : Timestamp.from(since))
                .update();
        return jdbc.sql("""
                        UPDATE invitation SET state = CASE WHEN other THEN 'open' ELSE 'redeemed' END,
                            invitee_id = CASE WHEN NOT other THEN CAST(:user AS uuid) END,
                            ended_at = CASE WHEN NOT other THEN clock_timestamp() END,
                            reserved_email = NULL, reserved_until = NULL, calls = 0
                        FROM (SELECT EXISTS (SELECT FROM invitation WHERE id <> :id AND invitee_id = :user
                            AND (state IN ('reserved', 'consumed') OR state = 'redeemed' AND NOT former)) AS other) AS others
                        WHERE id = :id AND state IN ('reserved', 'consumed') AND invitee_id = :invitee
                        RETURNING inviter_id
                        """)
                .param("id", underWay.id())
                .param("user", user.value())
                .param("invitee", underWay.invitee().value())
                .query((row, number) -> person(row, "inviter_id"))
                .optional();
    }

    /** FusionAuth cannot say yet. */
    void later(UnderWay overdue) {
        jdbc.sql("""
                        UPDATE invitation SET reserved_until = clock_timestamp() + interval '1 minute'
                        WHERE id = :id AND invitee_id = :user AND reserved_until <= clock_timestamp()
                        """)
                .param("id", overdue.id())
                .param("user", overdue.invitee().value())
                .update();
    }

    /** FusionAuth has no such user: the code is free again, unless it was reserved anew meanwhile. */
    Optional<PersonId> notFound(UnderWay overdue) {
        return jdbc.sql("""
                        UPDATE invitation SET state = 'open', invitee_id = NULL,
                            reserved_email = NULL, reserved_until = NULL, calls = 0
                        WHERE id = :id AND state IN ('reserved', 'consumed') AND invitee_id = :user
                            AND reserved_until <= clock_timestamp()
                        RETURNING inviter_id
                        """)
                .param("id", overdue.id())
                .param("user", overdue.invitee().value())
                .query((row, number) -> person(row, "inviter_id"))
                .optional();
    }

    /** Forgets the addresses of people who did not go on. */
    void forgetLapsed() {
        jdbc.sql("""
                        UPDATE invitation SET state = 'open', reserved_email = NULL, reserved_until = NULL
                        WHERE state = 'reserved' AND invitee_id IS NULL AND reserved_until <= clock_timestamp()
                        """).update();
    }

    private static Invitation read(ResultSet row, int number) throws SQLException {
        var invitee = row.getObject("invitee_id", UUID.class);
        var ended = row.getTimestamp("ended_at");
        return new Invitation(
                row.getObject("id", UUID.class),
                new InviteCode(row.getString("code")),
                person(row, "inviter_id"),
                State.valueOf(row.getString("shown").toUpperCase(Locale.ROOT)),
                row.getTimestamp("expires_at").toInstant(),
                invitee == null ? null : new PersonId(invitee),
                ended == null ? null : ended.toInstant());
    }

    private static PersonId person(ResultSet row, String column) throws SQLException {
        return new PersonId(row.getObject(column, UUID.class));
    }
}
