package app.almanac.calendar;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the calendar page shows, in the viewer's zone and language; nothing is left for the template to work out. */
record CalendarPage(
        String view,
        LocalDate date,
        LocalDate previous,
        LocalDate next,
        LocalDate today,
        ZoneId zone,
        List<Strip> strips,
        List<Day> days) {

    /** An account above the calendar; {@code asOf} is a time of day when old events are shown. */
    record Strip(
            String id,
            String email,
            int colour,
            String state,
            String reason,
            @Nullable String asOf,
            List<String> notes) {}

    /** {@code places} are where somebody works on that day: events too, shown as one line each. */
    record Day(LocalDate date, boolean today, List<Entry> entries, List<Entry> places) {}

    /**
     * An event on one day; {@code accountIds} are separated by spaces, {@code words} are suffixes of texts. An address
     * that is not https is dropped.
     */
    record Entry(
            String id,
            String accountIds,
            List<Owner> accounts,
            @Nullable String title,
            boolean allDay,
            String startDatetime,
            String startText,
            String endDatetime,
            String endText,
            @Nullable String location,
            @Nullable String link,
            @Nullable String meeting,
            List<String> words,
            boolean conflict) {

        private static final Set<String> UNSURE = Set.of("not-answered", "maybe", "tentative");

        Entry {
            link = https(link);
            meeting = https(meeting);
        }

        /** Of the account whose copy is shown. */
        public int colour() {
            return accounts.getFirst().colour();
        }

        /** Whether it may yet not take place, or without its owner. */
        public boolean unsure() {
            return words.stream().anyMatch(UNSURE::contains);
        }

        private static @Nullable String https(@Nullable String address) {
            return address != null && address.startsWith("https://") ? address : null;
        }
    }

    record Owner(String email, int colour) {}
}
