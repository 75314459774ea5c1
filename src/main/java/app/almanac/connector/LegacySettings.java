package app.almanac.connector;

import app.almanac.settings.BadSetting;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Where the legacy store is ({@code LEGACY_DATABASE_*}) and how a user is read from it ({@code LEGACY_USER_QUERY}). */
@ConfigurationProperties("almanac.legacy")
record LegacySettings(String databaseUrl, String databaseUsername, String databasePassword, String userQuery) {

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
        if (!userQuery.isBlank() && !userQuery.matches("(?s).*(?<!:):login\\b.*")) {
            throw new BadSetting(
                    "LEGACY_USER_QUERY", "has no :login: set it to a query that finds the user by that parameter.");
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
