package app.almanac.security;

import app.almanac.settings.BadSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How long a browser's session lasts: unused ({@code SESSION_IDLE}) and in all ({@code SESSION_LIFE}). */
@ConfigurationProperties("almanac.session")
record SessionSettings(Duration idle, Duration life) {

    /** A session of somebody who has not signed in holds only attempts to do so. */
    static final Duration ANONYMOUS = Duration.ofMinutes(15);

    SessionSettings {
        BadSetting.positive("SESSION_IDLE", idle);
        BadSetting.positive("SESSION_LIFE", life);
    }
}
