package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.UserData;
import app.almanac.fusionauth.Users;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Keeps {@code user.data.inviteCodes} as PostgreSQL has it: {@code [{"invcode":"…","exp":1712679467}]} with the codes
 * that work. A lease on the inviter's row, shared by all instances, has one write per user at a time, since FusionAuth
 * loses updates that come at once; what others' writes undid is found by reading again.
 */
@Component
class Projection {

    /** Somebody's turn: until the lease ends nobody else writes for them. */
    private record Turn(PersonId person, long wanted) {}

    private static final Logger log = LoggerFactory.getLogger(Projection.class);
    private static final String KEY = "inviteCodes";
    private static final int COMPARED_AT_ONCE = 20;

    private final JdbcClient jdbc;
    private final Inviters inviters;
    private final UserData userData;
    private final Users users;

    Projection(JdbcClient jdbc, Inviters inviters, UserData userData, Users users) {
        this.jdbc = jdbc;
        this.inviters = inviters;
        this.userData = userData;
        this.users = users;
    }

    @Scheduled(fixedDelayString = "PT1S")
    void write() {
        var turn = turn();
        while (turn.isPresent() && written(turn.get())) {
            turn = turn();
        }
    }

    /** Reads what stands at FusionAuth, a bounded number of users at a time, and has written again what differs. */
    @Scheduled(initialDelayString = "PT20S", fixedDelayString = "PT20S")
    void compare() {
        for (var person : due()) {
            try {
                compare(person);
            } catch (DataAccessException | TransactionException e) {
                log.warn(
                        "Somebody's codes could not be compared: {}",
                        e.getClass().getSimpleName());
            }
        }
    }

    private void compare(PersonId person) {
        switch (users.byId(person)) {
            case UserAnswer.Known(var user) -> {
                inviters.checked(person, user);
                if (!codes(person).equals(read(user.data().get(KEY)))) {
                    inviters.changed(person);
                }
                compareLater(person, "6 hours");
            }
            case UserAnswer.Absent ignored -> {
                inviters.checked(person, null);
                compareLater(person, "6 hours");
            }
            case UserAnswer.Unavailable ignored -> compareLater(person, "1 minute");
        }
    }

    /** Whether FusionAuth answered; if not, the lease ends by itself and somebody tries again. */
    private boolean written(Turn turn) {
        return switch (userData.put(turn.person(), KEY, codes(turn.person()))) {
            case WRITTEN -> {
                done(turn, "1 minute");
                yield true;
            }
            case ABSENT -> {
                inviters.checked(turn.person(), null);
                done(turn, "1 day");
                yield true;
            }
            case UNAVAILABLE -> false;
        };
    }

    private Optional<Turn> turn() {
        return jdbc.sql("""
                        UPDATE inviter SET projecting_until = clock_timestamp() + interval '30 seconds'
                        WHERE person_id = (
                            SELECT person_id FROM inviter
                            WHERE wanted > projected AND projecting_until < clock_timestamp()
                            ORDER BY projecting_until LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING person_id, wanted
                        """)
                .query((row, number) ->
                        new Turn(new PersonId(row.getObject("person_id", UUID.class)), row.getLong("wanted")))
                .optional();
    }

    private void done(Turn turn, String lookAgainIn) {
        jdbc.sql("""
                        UPDATE inviter SET projected = greatest(projected, :wanted), projecting_until = '-infinity',
                            compare_at = clock_timestamp() + CAST(:lookAgainIn AS interval)
                        WHERE person_id = :person
                        """)
                .param("wanted", turn.wanted())
                .param("lookAgainIn", lookAgainIn)
                .param("person", turn.person().value())
                .update();
    }

    private List<PersonId> due() {
        return jdbc.sql("""
                        SELECT person_id FROM inviter
                        WHERE compare_at < clock_timestamp() AND wanted = projected
                        ORDER BY compare_at LIMIT :most
                        """)
                .param("most", COMPARED_AT_ONCE)
                .query((row, number) -> new PersonId(row.getObject("person_id", UUID.class)))
                .list();
    }

    private void compareLater(PersonId person, String in) {
        jdbc.sql("""
                        UPDATE inviter SET compare_at = clock_timestamp() + CAST(:in AS interval)
                        WHERE person_id = :person
                        """).param("in", in).param("person", person.value()).update();
    }

    /** As they are to stand in {@code user.data}. */
    private List<Map<String, Object>> codes(PersonId person) {
        return jdbc.sql("""
                        SELECT code, CAST(extract(epoch FROM expires_at) AS bigint) AS exp
                        FROM invitation JOIN inviter ON person_id = inviter_id
                        WHERE inviter_id = :person AND state IN ('open', 'reserved')
                            AND expires_at > clock_timestamp() AND working AND paused_at IS NULL
                        ORDER BY created_at, id
                        """)
                .param("person", person.value())
                .query(Projection::entry)
                .list();
    }

    /** What stands there, with numbers as ours are. */
    private static List<Map<String, Object>> read(@Nullable Object there) {
        return there instanceof List<?> entries
                ? entries.stream()
                        .map(entry -> entry instanceof Map<?, ?> map
                                        && map.get("invcode") instanceof String code
                                        && map.get("exp") instanceof Number exp
                                ? Map.<String, Object>of("invcode", code, "exp", exp.longValue())
                                : Map.<String, Object>of())
                        .toList()
                : List.of();
    }

    private static Map<String, Object> entry(ResultSet row, int number) throws SQLException {
        return Map.of("invcode", row.getString("code"), "exp", row.getLong("exp"));
    }
}
