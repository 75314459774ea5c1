package app.almanac.calendar;

import app.almanac.accounts.AccountId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one account stands on this page. {@code state} is the contract's word, {@code reason} the text's; {@code asOf} is
 * set when older events are shown; {@code notes} names calendars that could not be read whole.
 */
record AccountView(
        AccountId id,
        String email,
        int colour,
        String state,
        String reason,
        @Nullable Instant asOf,
        List<String> notes) {}
