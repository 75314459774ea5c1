package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
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
     * asked; {@code fresh} whether that was within the last 45 seconds.
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

    /** Somebody in the tree of who invited whom; {@code depth} counts from where the tree begins. */
    record Member(
            PersonId id,
            int depth,
            @Nullable String name,
            @Nullable String email,
            @Nullable String invitedBy,
            Instant joinedAt,
            boolean works,
            boolean paused) {}

    /**
     * PostgreSQL makes no more of the tree than is asked for, level by level: of a large one those who are nearest to
     * where it begins.
     */
    private static final String TREE = """
            WITH RECURSIVE tree AS (
                SELECT person_id, name, email, working, paused_at, joined_at, 0 AS depth,
                    CAST(NULL AS text) AS parent, ARRAY[CAST(joined_at AS text) || person_id] AS path
                FROM inviter WHERE %s
                UNION ALL
                SELECT child.person_id, child.name, child.email, child.working, child.paused_at, child.joined_at,
                    depth + 1, coalesce(tree.name, tree.email), path || (CAST(child.joined_at AS text) || child.person_id)
                FROM inviter AS child JOIN tree ON child.invited_by = tree.person_id
                WHERE depth < 100)
            SELECT person_id, name, email, working, paused_at IS NOT NULL AS paused, joined_at, depth, parent
            FROM (SELECT * FROM tree WHERE depth > :above LIMIT :most) AS nearest ORDER BY path
            """;

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
                            invited_by = CASE
                                WHEN inviter.invited_by IS NULL AND inviter.joined_at >
                                    (SELECT joined_at FROM inviter AS older WHERE person_id = excluded.invited_by)
                                THEN excluded.invited_by ELSE inviter.invited_by END
                        """)
                .param("person", newcomer.value())
                .param("name", name)
                .param("email", email)
                .param("by", by == null || by.equals(newcomer) ? null : by.value())
                .update();
    }

    /** Whom somebody let in, whom those let in, and so on; an ancestor is always before their own. */
    List<Member> branch(PersonId root, int most) {
        return jdbc.sql(TREE.formatted("person_id = :root"))
                .param("root", root.value())
                .param("above", 0)
                .param("most", most)
                .query(Inviters::member)
                .list();
    }

    /** Everybody, beginning with those whom no code let in. */
    List<Member> wholeTree(int most) {
        return jdbc.sql(TREE.formatted("invited_by IS NULL"))
                .param("above", -1)
                .param("most", most)
                .query(Inviters::member)
                .list();
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

    private static Member member(ResultSet row, int number) throws SQLException {
        return new Member(
                new PersonId(row.getObject("person_id", UUID.class)),
                row.getInt("depth"),
                row.getString("name"),
                row.getString("email"),
                row.getString("parent"),
                row.getTimestamp("joined_at").toInstant(),
                row.getBoolean("working"),
                row.getBoolean("paused"));
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
