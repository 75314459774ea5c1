package app.almanac.invitations;

import app.almanac.upstream.Secret;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    private static final String EVERYBODY = "all";

    private final JdbcClient jdbc;

    WrongCodes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Counts one more, and says whether that was too many. Either may be null where it is not known. */
    boolean oneTooMany(@Nullable String address, @Nullable String email) {
        var keys = Stream.of(
                        address == null ? null : fingerprint("address " + network(address)),
                        email == null ? null : fingerprint("email " + email),
                        EVERYBODY)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return count(keys);
    }

    /** An address that has a login was given with this code, which is not spent by that. */
    void hadALogin(InviteCode code) {
        count(List.of(fingerprint("code " + code.value())));
    }

    /** Whether whoever holds this code uses it to find out which addresses have a login. */
    boolean triesAddresses(InviteCode code) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM wrong_code
                            WHERE who = :who AND since = date_bin('10 minutes', clock_timestamp(), 'epoch')
                                AND times >= :most)
                        """)
                .param("who", fingerprint("code " + code.value()))
                .param("most", LOGINS_BY_CODE)
                .query(Boolean.class)
                .single();
    }

    /** One statement, its rows in one order, so that two at once cannot wait for each other. */
    private boolean count(List<String> keys) {
        return jdbc.sql("""
                        INSERT INTO wrong_code (who, since)
                        SELECT who, date_bin('10 minutes', clock_timestamp(), 'epoch')
                        FROM unnest(string_to_array(:keys, ' ')) AS who
                        ON CONFLICT (who, since) DO UPDATE SET times = wrong_code.times + 1
                        RETURNING times > CASE WHEN who = 'all' THEN :inAll ELSE :byOne END
                        """)
                .param("keys", String.join(" ", keys))
                .param("inAll", IN_ALL)
                .param("byOne", BY_ONE)
                .query(Boolean.class)
                .list()
                .contains(true);
    }

    void forgetOld() {
        jdbc.sql("DELETE FROM wrong_code WHERE since < clock_timestamp() - interval '1 hour'")
                .update();
    }

    private static String fingerprint(String key) {
        return new Secret(key).fingerprint();
    }

    /** Whoever has one IPv6 address has the whole /64. */
    private static String network(String address) {
        var parts = address.split(":", -1);
        return address.contains(":") && !address.contains("::") && parts.length == 8
                ? String.join(":", List.of(parts).subList(0, 4))
                : address;
    }
}
