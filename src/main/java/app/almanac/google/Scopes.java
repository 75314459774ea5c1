package app.almanac.google;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Almanac asks of a Google account: to know which one it is, and to read calendars. Granted scopes are compared as
 * a set, and a wider scope counts as the one it contains.
 */
final class Scopes {

    private static final String PREFIX = "https://www.googleapis.com/auth/";

    static final List<String> ASKED =
            List.of("openid", "email", PREFIX + "calendar.calendarlist.readonly", PREFIX + "calendar.events.readonly");

    private static final Set<String> LISTS = Set.of(
            PREFIX + "calendar",
            PREFIX + "calendar.readonly",
            PREFIX + "calendar.calendarlist",
            PREFIX + "calendar.calendarlist.readonly");

    private static final Set<String> EVENTS = Set.of(
            PREFIX + "calendar",
            PREFIX + "calendar.readonly",
            PREFIX + "calendar.events",
            PREFIX + "calendar.events.readonly");

    private Scopes() {}

    /** Whether calendars and events may be read. An answer without scopes says nothing against it. */
    static boolean allowCalendars(@Nullable String granted) {
        if (granted == null || granted.isBlank()) {
            return true;
        }
        var scopes = List.of(granted.trim().split("\\s+"));
        return scopes.stream().anyMatch(LISTS::contains) && scopes.stream().anyMatch(EVENTS::contains);
    }
}
