package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Everybody who is in, as inviters know each other. */
@Component
class Inviters {

    /**
     * Somebody who can invite. {@code works} is whether FusionAuth called them active and registered when it was last
     * asked; {@code fresh} whether that was within the last minute.
     */
    record Inviter(
            PersonId id, @Nullable String name, @Nullable String email, boolean works, boolean paused, boolean fresh) {

        /** What to call them to who invited them, or was: their name, else their address. */
        @Nullable
        String called() {
            return name != null ? name : email;
        }

        boolean mayInvite() {
            return works && !paused;
        }
    }

    static final String COLUMNS = """
            person_id, name, email, working, paused_at IS NOT NULL AS paused,
            checked_at > clock_timestamp() - interval '45 seconds' AS fresh\s""";

    private final JdbcClient jdbc;

    Inviters(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Inviter> find(PersonId person) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM inviter WHERE person_id = :person")
                .param("person", person.value())
                .query(Inviters::read)
                .optional();
    }

    /** Somebody came in by a code of theirs; known before or not, and in whatever order we hear of it. */
    void joined(PersonId newcomer, @Nullable String name, @Nullable String email, @Nullable PersonId by) {
        jdbc.sql("""
                        INSERT INTO inviter (person_id, name, email, invited_by)
                        VALUES (:person, :name, :email, :by)
                        ON CONFLICT (person_id) DO UPDATE SET
                            name = coalesce(excluded.name, inviter.name),
                            email = coalesce(excluded.email, inviter.email),
                            invited_by = coalesce(inviter.invited_by, excluded.invited_by)
                        """)
                .param("person", newcomer.value())
                .param("name", name)
                .param("email", email)
                .param("by", by == null || by.equals(newcomer) ? null : by.value())
                .update();
    }

    /** Whether this is the first time that this person is to be given codes; asked once, by whoever comes first. */
    boolean firstGrant(PersonId person) {
        return jdbc.sql(
                                "UPDATE inviter SET granted_at = clock_timestamp() WHERE person_id = :person AND granted_at IS NULL")
                        .param("person", person.value())
                        .update()
                == 1;
    }

    /** Lets nobody else issue or count this person's codes until the transaction ends. */
    void lock(PersonId person) {
        jdbc.sql("SELECT person_id FROM inviter WHERE person_id = :person FOR NO KEY UPDATE")
                .param("person", person.value())
                .query(UUID.class)
                .optional();
    }

    /** What FusionAuth says of them now; null when it has no such user. */
    void checked(PersonId person, @Nullable User user) {
        jdbc.sql("""
                        UPDATE inviter SET checked_at = clock_timestamp(), working = :working,
                            name = coalesce(:name, name), email = coalesce(:email, email),
                            wanted = wanted + CASE WHEN working = :working THEN 0 ELSE 1 END
                        WHERE person_id = :person
                        """)
                .param("person", person.value())
                .param("working", user != null && user.mayEnter())
                .param("name", user == null ? null : user.fullName())
                .param("email", user == null ? null : user.email())
                .update();
    }

    /** Something changed at FusionAuth: it is asked again before this person's next code is used. */
    void stale(PersonId person) {
        jdbc.sql("UPDATE inviter SET checked_at = '-infinity' WHERE person_id = :person")
                .param("person", person.value())
                .update();
    }

    /** This person's codes changed: {@code user.data} is to follow. */
    void changed(PersonId person) {
        jdbc.sql("UPDATE inviter SET wanted = wanted + 1 WHERE person_id = :person")
                .param("person", person.value())
                .update();
    }

    boolean pause(PersonId person, boolean paused) {
        return jdbc.sql("""
                        UPDATE inviter SET paused_at = CASE WHEN :paused THEN coalesce(paused_at, clock_timestamp()) END,
                            wanted = wanted + 1
                        WHERE person_id = :person
                        """)
                        .param("person", person.value())
                        .param("paused", paused)
                        .update()
                == 1;
    }

    static Inviter read(ResultSet row, int number) throws SQLException {
        return new Inviter(
                new PersonId(row.getObject("person_id", UUID.class)),
                row.getString("name"),
                row.getString("email"),
                row.getBoolean("working"),
                row.getBoolean("paused"),
                row.getBoolean("fresh"));
    }
}
