package app.almanac.accounts;

import java.util.Locale;

/** What came of an attempt to connect or reconnect an account; each is a designed notice on the accounts page. */
enum Outcome {
    CONNECTED,
    RECONNECTED,
    NOTHING_LINKED,
    WRONG_ACCOUNT,
    BELONGS_TO_ANOTHER_PERSON,
    CALENDAR_PERMISSION_MISSING,
    CANCELLED,
    LIMIT_REACHED,
    RECONNECT_NEEDED,
    EXPIRED,
    UNAVAILABLE;

    /** The word in {@code data-outcome}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
