package app.almanac.accounts;

import app.almanac.settings.BadSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How accounts are connected: the route ({@code CONNECT_ROUTE}) and how many a person may have. */
@ConfigurationProperties("almanac")
record ConnectSettings(Preference connectRoute, int accountsLimit) {

    enum Preference {
        AUTO,
        HOSTED,
        DIRECT
    }

    ConnectSettings {
        if (accountsLimit < 1) {
            throw new BadSetting("ACCOUNTS_LIMIT", "is less than one: set it to a whole number from 1.");
        }
    }
}
