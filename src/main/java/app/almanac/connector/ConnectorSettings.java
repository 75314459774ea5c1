package app.almanac.connector;

import app.almanac.settings.BadSetting;
import app.almanac.upstream.Secret;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What FusionAuth's connector signs in with: {@code CONNECTOR_USERNAME} and {@code CONNECTOR_PASSWORD}, both or neither. */
@ConfigurationProperties("almanac.connector")
record ConnectorSettings(String username, String password) {

    ConnectorSettings {
        if (username.isBlank() != password.isBlank()) {
            throw new BadSetting(
                    username.isBlank() ? "CONNECTOR_USERNAME" : "CONNECTOR_PASSWORD",
                    "is missing: set it to what the connector at FusionAuth signs in with, or unset the other one too.");
        }
        if (username.indexOf(':') >= 0) {
            throw new BadSetting(
                    "CONNECTOR_USERNAME", "has a colon, which Basic credentials cannot carry: choose another.");
        }
    }

    Secret secret() {
        return new Secret(password);
    }

    @Override
    public String toString() {
        return "ConnectorSettings[" + (password.isBlank() ? "off" : "on") + "]";
    }
}
