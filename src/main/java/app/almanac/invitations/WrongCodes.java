package app.almanac.invitations;

import app.almanac.upstream.Secret;
import app.almanac.web.Network;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts wrong codes by network address, by e-mail address and in all, in windows of ten minutes that all instances
 * share. Only wrong codes count, and only wrong codes are turned away: a right code is served to anybody. What is counted
 * by a right code itself is how many addresses that have a login it was tried with.
 */
@Component
class WrongCodes {

    static final int BY_ONE = 10;
    static final int IN_ALL = 1000;
    static final int LOGINS_BY_CODE = 5;

    private static final Logger log = LoggerFactory.getLogger(WrongCodes.class);
    private static final String EVERYBODY = "all";

    private final JdbcClient jdbc;

    WrongCodes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Counts one more, and says whether that was too many. Either may be null where it is not known. What is too many
     * already is not written again: whoever floods this door shall not queue for one row.
     */
    boolean oneTooMany(@Nullable String address, @Nullable String email) {
        var keys = Stream.of(
                        address == null ? null : fingerprint("address " + Network.of(address)),
                        email == null ? null : fingerprint("email " + email),
                        EVERYBODY)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return reached(keys, BY_ONE) || count(keys);
    }

    /** An address that has a login was given with this code, which is not spent by that. */
    void hadALogin(InviteCode code) {
        count(List.of(fingerprint("code " + code.value())));
    }

    /** Whether whoever holds this code uses it to find out which addresses have a login. */
    boolean triesAddresses(InviteCode code) {
        return reached(List.of(fingerprint("code " + code.value())), LOGINS_BY_CODE);
    }

    private boolean reached(List<String> keys, int most) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM wrong_code
                            WHERE who IN (:keys) AND since = date_bin('10 minutes', clock_timestamp(), 'epoch')
                                AND times >= CASE WHEN who = 'all' THEN :inAll ELSE :most END)
                        """)
                .param("keys", keys)
                .param("inAll", IN_ALL)
                .param("most", most)
                .query(Boolean.class)
                .single();
    }

    /** One statement, its rows in one order, so that two at once cannot wait for each other. */
    private boolean count(List<String> keys) {
        var counts = jdbc.sql("""
                        INSERT INTO wrong_code (who, since)
                        SELECT who, date_bin('10 minutes', clock_timestamp(), 'epoch')
                        FROM unnest(string_to_array(:keys, ' ')) AS who
                        ON CONFLICT (who, since) DO UPDATE SET times = wrong_code.times + 1
                        RETURNING who, times
                        """)
                .param("keys", String.join(" ", keys))
                .query((row, number) -> Map.entry(row.getString("who"), row.getInt("times")))
                .list();
        if (counts.contains(Map.entry(EVERYBODY, IN_ALL))) {
            log.warn(
                    "{} wrong invitation codes came within ten minutes: until they are over all are turned away",
                    IN_ALL);
        }
        return counts.stream()
                .anyMatch(count -> count.getValue() > (count.getKey().equals(EVERYBODY) ? IN_ALL : BY_ONE));
    }

    void forgetOld() {
        jdbc.sql("DELETE FROM wrong_code WHERE since < clock_timestamp() - interval '1 hour'")
                .update();
    }

    private static String fingerprint(String key) {
        return new Secret(key).fingerprint();
    }
}
