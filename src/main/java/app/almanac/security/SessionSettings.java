package app.almanac.security;

import app.almanac.settings.BadSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How long a browser's session lasts: unused ({@code SESSION_IDLE}) and in all ({@code SESSION_LIFE}). */
@ConfigurationProperties("almanac.session")
public record SessionSettings(Duration idle, Duration life) {

    public SessionSettings {
        BadSetting.positive("SESSION_IDLE", idle);
        BadSetting.positive("SESSION_LIFE", life);
    }
}
