package app.almanac.accounts;

import app.almanac.fusionauth.PersonId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What Almanac itself keeps of connected accounts: no tokens. */
@Component
class AccountRows {

    record Row(UUID id, String googleSub, String email, int colour) {}

    /** What came of claiming a Google account for a person. */
    enum Claim {
        NEW,
        ALREADY_THEIRS,
        LIMIT_REACHED,
        SOMEBODY_ELSES
    }

    private final JdbcClient jdbc;

    AccountRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Row> of(PersonId person) {
        return jdbc.sql("""
                        SELECT id, google_sub, email, colour FROM connected_account
                        WHERE person_id = :person ORDER BY connected_at, id
                        """)
                .param("person", person.value())
                .query((row, number) -> new Row(
                        row.getObject("id", UUID.class),
                        row.getString("google_sub"),
                        row.getString("email"),
                        row.getInt("colour")))
                .list();
    }

    Optional<Row> find(PersonId person, AccountId id) {
        return of(person).stream().filter(row -> row.id().equals(id.value())).findFirst();
    }

    /**
     * Takes a place for a Google account that FusionAuth says is nobody's or theirs. Two people who finish at the same
     * moment: the first has half a minute to write the link; a claim older than that, without a link, is void.
     */
    @Transactional
    Claim claim(PersonId person, String googleSub, String email, int limit) {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:person, 0))")
                .param("person", person.toString())
                .query((row, number) -> 0)
                .single();
        var rows = of(person);
        var theirs = rows.stream().anyMatch(row -> row.googleSub().equals(googleSub));
        if (!theirs && rows.size() >= limit) {
            return Claim.LIMIT_REACHED;
        }
        var claimed = jdbc.sql("""
                        INSERT INTO connected_account (id, person_id, google_sub, email, colour)
                        VALUES (:id, :person, :sub, :email, :colour)
                        ON CONFLICT (google_sub) DO UPDATE SET
                            id = CASE WHEN connected_account.person_id = excluded.person_id
                                THEN connected_account.id ELSE excluded.id END,
                            person_id = excluded.person_id, email = excluded.email, claimed_at = now()
                        WHERE connected_account.person_id = excluded.person_id
                            OR connected_account.claimed_at < now() - interval '30 seconds'
                        """)
                .param("id", UUID.randomUUID())
                .param("person", person.value())
                .param("sub", googleSub)
                .param("email", email)
                .param("colour", freeColour(rows))
                .update();
        if (claimed == 0) {
            return Claim.SOMEBODY_ELSES;
        }
        return theirs ? Claim.ALREADY_THEIRS : Claim.NEW;
    }

    /** A link that FusionAuth shows and we do not know becomes an account; whoever had a row for it lost the link. */
    void adopt(PersonId person, String googleSub, String email) {
        jdbc.sql("""
                        INSERT INTO connected_account (id, person_id, google_sub, email, colour, claimed_at)
                        VALUES (:id, :person, :sub, :email, :colour, now() - interval '1 minute')
                        ON CONFLICT (google_sub) DO UPDATE SET id = excluded.id, person_id = excluded.person_id,
                            email = excluded.email
                        WHERE connected_account.person_id <> excluded.person_id
                        """)
                .param("id", UUID.randomUUID())
                .param("person", person.value())
                .param("sub", googleSub)
                .param("email", email)
                .param("colour", freeColour(of(person)))
                .update();
    }

    void remove(PersonId person, String googleSub) {
        jdbc.sql("DELETE FROM connected_account WHERE person_id = :person AND google_sub = :sub")
                .param("person", person.value())
                .param("sub", googleSub)
                .update();
    }

    /** Whether nobody has finished this attempt yet: two requests at once each have a copy of the session. */
    boolean isFirstReturn(String stateHash) {
        return jdbc.sql("""
                        WITH old AS (DELETE FROM finished_attempt WHERE finished_at < now() - interval '1 hour')
                        INSERT INTO finished_attempt (state_hash) VALUES (:hash) ON CONFLICT DO NOTHING
                        """).param("hash", stateHash).update() == 1;
    }

    private static int freeColour(List<Row> rows) {
        for (int colour = 1; colour <= 8; colour++) {
            var taken = colour;
            if (rows.stream().noneMatch(row -> row.colour() == taken)) {
                return colour;
            }
        }
        return rows.size() % 8 + 1;
    }
}
