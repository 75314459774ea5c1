package app.almanac.accounts;

import app.almanac.settings.BadSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How accounts are connected: the route ({@code CONNECT_ROUTE}) and how many a person may have. */
@ConfigurationProperties("almanac")
record ConnectSettings(Preference connectRoute, Integer accountsLimit) {

    enum Preference {
        AUTO,
        HOSTED,
        DIRECT
    }

    ConnectSettings {
        BadSetting.present("CONNECT_ROUTE", connectRoute);
        if (BadSetting.present("ACCOUNTS_LIMIT", accountsLimit) < 1) {
            throw new BadSetting("ACCOUNTS_LIMIT", "is less than one: set it to a whole number from 1.");
        }
    }
}
