package app.almanac.google;

import org.jspecify.annotations.Nullable;

/**
 * One occurrence of an event in one calendar, as Google tells it. {@code title} is null when it has none or its details
 * are hidden; {@code originalStart} is the place in its series, as Google writes it; {@code link} and {@code meeting}
 * are http or https addresses.
 */
public record Event(
        String id,
        String calendarId,
        @Nullable String iCalUid,
        @Nullable String originalStart,
        @Nullable String title,
        When when,
        @Nullable String zone,
        @Nullable String location,
        String status,
        boolean free,
        Answer answer,
        String type,
        @Nullable String link,
        @Nullable String meeting) {

    /** What the calendar's owner answered to an invitation; {@code NONE} when there was nothing to answer. */
    public enum Answer {
        NONE,
        NEEDS_ACTION,
        TENTATIVE,
        ACCEPTED,
        DECLINED
    }

    public boolean isWorkingLocation() {
        return "workingLocation".equals(type);
    }
}
