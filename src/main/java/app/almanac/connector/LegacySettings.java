package app.almanac.connector;

import app.almanac.settings.BadSetting;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;

/** Where the legacy store is ({@code LEGACY_DATABASE_*}) and how a user is read from it ({@code LEGACY_USER_QUERY}). */
@ConfigurationProperties("almanac.legacy")
record LegacySettings(String databaseUrl, String databaseUsername, String databasePassword, String userQuery) {

    private static final String WITHOUT_LOGIN =
            "does not take :login and nothing else: set it to a query that finds the"
                    + " user by that one parameter, which stands outside of quotes and comments.";

    LegacySettings {
        if (databaseUrl.isBlank() != userQuery.isBlank()) {
            throw new BadSetting(
                    databaseUrl.isBlank() ? "LEGACY_DATABASE_URL" : "LEGACY_USER_QUERY",
                    "is missing: set it as docs/connector.md tells, or unset the other LEGACY_ settings too.");
        }
        if (!databaseUrl.isBlank() && !hasDriver(databaseUrl)) {
            throw new BadSetting(
                    "LEGACY_DATABASE_URL",
                    "is not a JDBC address that Almanac has a driver for: set it to one that starts with"
                            + " jdbc:postgresql:, jdbc:mariadb: or jdbc:h2:, or add a driver (docs/connector.md).");
        }
        if (!userQuery.isBlank() && parameters(userQuery) == 0) {
            throw new BadSetting("LEGACY_USER_QUERY", WITHOUT_LOGIN);
        }
    }

    /** How often the query takes {@code :login}, which stands there for nothing else. */
    int parameters() {
        return parameters(userQuery);
    }

    private static int parameters(String query) {
        try {
            var values = NamedParameterUtils.buildValueArray(query, Map.of("login", ""));
            return Arrays.asList(values).contains(null) ? 0 : values.length; // a question mark stays without a value
        } catch (InvalidDataAccessApiUsageException another) {
            throw new BadSetting("LEGACY_USER_QUERY", WITHOUT_LOGIN);
        }
    }

    boolean isSet() {
        return !databaseUrl.isBlank();
    }

    private static boolean hasDriver(String url) {
        try {
            return DriverManager.getDriver(url) != null;
        } catch (SQLException none) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "LegacySettings[" + (isSet() ? "set" : "not set") + "]";
    }
}
