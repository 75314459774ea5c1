package app.almanac.settings;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Where Almanac's PostgreSQL is ({@code DATABASE_*}): refused here in one sentence, before a pool is made of it. */
@ConfigurationProperties("almanac.database")
record DatabaseSettings(String url, String username) {

    DatabaseSettings {
        if (!url.startsWith("jdbc:postgresql:") || !isRead(url)) {
            throw new BadSetting(
                    "DATABASE_URL",
                    "is no address of PostgreSQL: set it to one such as jdbc:postgresql://localhost:5432/almanac.");
        }
        BadSetting.required("DATABASE_USERNAME", username, "Almanac's user at PostgreSQL");
    }

    private static boolean isRead(String url) {
        try {
            return DriverManager.getDriver(url) != null;
        } catch (SQLException unreadable) {
            return false;
        }
    }
}
