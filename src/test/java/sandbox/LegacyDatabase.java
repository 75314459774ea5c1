package sandbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.LdapShaPasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.scrypt.SCryptPasswordEncoder;

/** An old user store as schools have them: hashes of every age, members without an address, and weather of its own. */
public final class LegacyDatabase implements AutoCloseable {

    /** What {@code LEGACY_USER_QUERY} is here, and an example of one. */
    public static final String QUERY = """
            SELECT no AS id, login AS username, mail AS email, mobile AS phone, secret AS password_hash,
                   locked AS disabled, given_name AS first_name, family_name AS last_name, rank AS roles
            FROM member WHERE lower(login) = lower(:login) OR lower(mail) = lower(:login) OR mobile = :login""";

    /** Who may come in, by the name they type; each has a hash of another kind. */
    public static final List<String> MEMBERS =
            List.of("olga@old.example", "otto", "+493090182010", "oona@old.example", "oskar", "odile");

    private final Database database;
    private final JdbcClient jdbc;
    private final String user = "legacy_" + UUID.randomUUID().toString().substring(0, 8);

    private LegacyDatabase(Database database) {
        this.database = database;
        DataSource admin = database.dataSource();
        this.jdbc = JdbcClient.create(admin);
        for (var statement : """
                CREATE TABLE weather (waits numeric NOT NULL);
                INSERT INTO weather VALUES (0);
                CREATE TABLE member_row (no text, login text, mail text, mobile text, secret text, locked text,
                    given_name text, family_name text, rank text);
                CREATE FUNCTION calm() RETURNS boolean LANGUAGE sql VOLATILE
                    AS 'SELECT pg_sleep(waits) IS NOT NULL FROM weather';
                CREATE VIEW member AS SELECT m.* FROM (SELECT calm() AS calm OFFSET 0) AS w JOIN member_row m ON w.calm
                """.split(";")) {
            jdbc.sql(statement).update();
        }
        jdbc.sql("CREATE ROLE " + user + " LOGIN").update();
        jdbc.sql("GRANT SELECT ON member, member_row, weather TO " + user).update();
    }

    /** Nobody in it. */
    public static LegacyDatabase empty() {
        return new LegacyDatabase(Database.empty());
    }

    /** With members of every kind, all with one password. */
    @SuppressWarnings("deprecation")
    public static LegacyDatabase withMembers(String password) {
        var legacy = empty();
        var bcrypt = "{bcrypt}" + new BCryptPasswordEncoder().encode(password);
        var ssha = new LdapShaPasswordEncoder().encode(password);
        legacy.add("1001", "olga", "olga@old.example", null, bcrypt, "no");
        legacy.add("1002", "otto", null, null, ssha, "no");
        legacy.add(
                "1003",
                null,
                null,
                "+493090182010",
                "{pbkdf2}"
                        + Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_5().encode(password),
                "no");
        legacy.add("1004", "oona", "oona@old.example", null, "{md5}" + md5(password), "no");
        legacy.add(
                "1005",
                "oskar",
                "oskar@old.example",
                null,
                "{argon2}"
                        + Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode(password),
                "no");
        legacy.add(
                "1006",
                "odile",
                "odile@old.example",
                null,
                "{scrypt}"
                        + SCryptPasswordEncoder.defaultsForSpringSecurity_v4_1().encode(password),
                "no");
        legacy.add("1007", "omar", "omar@old.example", null, bcrypt, "yes");
        legacy.add("1008", "olaf", "family@old.example", null, bcrypt, "no");
        legacy.add("1009", "ottilie", "family@old.example", null, bcrypt, "no");
        return legacy;
    }

    private static String md5(String password) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A row; everybody has a rank that must never become a role. */
    public void add(
            String no,
            @Nullable String login,
            @Nullable String mail,
            @Nullable String mobile,
            String secret,
            @Nullable String locked) {
        jdbc.sql("INSERT INTO member_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'admin')")
                .param(no)
                .param(login)
                .param(mail)
                .param(mobile)
                .param(secret)
                .param(locked)
                .param(login)
                .param("Old")
                .update();
    }

    /** Somebody has another password from now on, set in the old store. */
    public void changePassword(String no, String password) {
        jdbc.sql("UPDATE member_row SET secret = ? WHERE no = ?")
                .params("{bcrypt}" + new BCryptPasswordEncoder().encode(password), no)
                .update();
    }

    public void disable(String no, boolean disabled) {
        jdbc.sql("UPDATE member_row SET locked = ? WHERE no = ?")
                .params(disabled ? "yes" : "no", no)
                .update();
    }

    /** Almanac's settings for it. */
    public Map<String, String> settings() {
        return Map.of(
                "LEGACY_DATABASE_URL",
                database.url().replaceAll("[?&]user=[^&]*", ""),
                "LEGACY_DATABASE_USERNAME",
                user,
                "LEGACY_DATABASE_PASSWORD",
                "none",
                "LEGACY_USER_QUERY",
                QUERY);
    }

    /** As if an operator had given Almanac's user too much. */
    public void letWrite() {
        jdbc.sql("GRANT INSERT ON member_row TO " + user).update();
    }

    /** Whether there is a row of that number. */
    public boolean has(String no) {
        return jdbc.sql("SELECT count(*) FROM member_row WHERE no = ?")
                        .param(no)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** How many queries of Almanac's are at work now. */
    public int queries() {
        return jdbc.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = ? AND state = 'active'")
                .param(user)
                .query(Integer.class)
                .single();
    }

    public void slow(Duration wait) {
        jdbc.sql("UPDATE weather SET waits = ?")
                .params(wait.toMillis() / 1000.0)
                .update();
    }

    /** Refuses everybody but us, and throws out who is in. */
    public void down(boolean down) {
        jdbc.sql("ALTER ROLE " + user + (down ? " NOLOGIN" : " LOGIN")).update();
        if (down) {
            jdbc.sql(
                            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = ? AND datname = current_database()")
                    .params(user)
                    .query(Long.class)
                    .single();
        }
    }

    boolean isSlow() {
        return jdbc.sql("SELECT waits > 0 FROM weather").query(Boolean.class).single();
    }

    String weather() {
        return isDown() ? "down" : isSlow() ? "slow" : "up";
    }

    public boolean isDown() {
        return !Boolean.TRUE.equals(jdbc.sql("SELECT rolcanlogin FROM pg_roles WHERE rolname = ?")
                .params(user)
                .query(Boolean.class)
                .single());
    }

    @Override
    public void close() {
        database.close();
    }
}
