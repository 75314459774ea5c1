package app.almanac.google;

import java.util.List;

/** What reading one account's calendars brought. */
public sealed interface GoogleCalendarAnswer {

    /** Read, wholly or but for calendars marked {@code incomplete}; {@code listIncomplete}: there may be more. */
    record Loaded(List<Calendar> calendars, boolean listIncomplete) implements GoogleCalendarAnswer {}

    /** Google no longer accepts the account's token; {@code organisation} when its administrator is the reason. */
    record ReconnectNeeded(boolean organisation) implements GoogleCalendarAnswer {}

    /** The account is connected, and a calendar box was not ticked. */
    record PermissionMissing() implements GoogleCalendarAnswer {}

    record Unreachable(Cause cause) implements GoogleCalendarAnswer {}

    /** Why Google could not be read; none of these is the person's to mend. */
    enum Cause {
        DOWN,
        SLOW,
        BUSY,
        OPERATOR,
        /** Google was not asked: too many of our own calls were in flight. */
        NO_PLACE
    }
}
