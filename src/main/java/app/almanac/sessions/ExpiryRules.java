package app.almanac.sessions;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;

/**
 * How long a session may last: elapsed time, whatever clocks do meanwhile, by the day on which it begins in the rule's
 * time zone. Saturday and Sunday are the weekend.
 */
record ExpiryRules(Duration weekday, Duration weekend, ZoneId timeZone) {

    private static final Set<DayOfWeek> WEEKEND = EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);

    Instant endOf(Instant beginning) {
        var day = beginning.atZone(timeZone).getDayOfWeek();
        return beginning.plus(WEEKEND.contains(day) ? weekend : weekday);
    }
}
