package app.almanac.accounts;

import app.almanac.settings.BadSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How long a page waits for accounts ({@code CALENDAR_BUDGET}); what takes longer is shown as loading. */
@ConfigurationProperties("almanac")
public record PageBudget(Duration calendarBudget) {

    public PageBudget {
        BadSetting.positive("CALENDAR_BUDGET", calendarBudget);
    }

    /** When a page that begins now stops waiting, by {@link System#nanoTime}. */
    public long deadline() {
        return System.nanoTime() + calendarBudget.toNanos();
    }
}
