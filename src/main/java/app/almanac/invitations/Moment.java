package app.almanac.invitations;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * A time for a page: as a date and time in the viewer's zone, and in words from now ({@code unit} is days, hours or
 * minutes, {@code count} at least one).
 */
record Moment(ZonedDateTime at, String unit, long count) {

    static Moment of(Instant instant, Instant now, ZoneId zone) {
        var apart = Duration.between(now, instant).abs();
        var at = instant.atZone(zone);
        if (apart.toHours() >= 36) {
            return new Moment(at, "days", (apart.toHours() + 12) / 24);
        }
        return apart.toMinutes() >= 90
                ? new Moment(at, "hours", (apart.toMinutes() + 30) / 60)
                : new Moment(at, "minutes", Math.max(1, apart.toMinutes()));
    }

    public String iso() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.withNano(0));
    }

    /** With its zone where that is UTC, which a viewer whose zone is not known yet sees too. */
    public String time() {
        return DateTimeFormatter.ofPattern(at.getZone().getId().equals("UTC") ? "HH:mm 'UTC'" : "HH:mm")
                .format(at);
    }

    public int day() {
        return at.getDayOfMonth();
    }

    public int month() {
        return at.getMonthValue();
    }

    public String year() {
        return String.valueOf(at.getYear());
    }
}
