package app.almanac.google;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** When an event is: on dates, which have no zone and are never turned into instants, or between two instants. */
public sealed interface When {

    /** {@code end} is exclusive. */
    record AllDay(LocalDate start, LocalDate end) implements When {}

    record Timed(Instant start, Instant end) implements When {}

    /** The first calendar date it touches, seen from a zone. */
    default LocalDate firstDay(ZoneId zone) {
        return switch (this) {
            case AllDay(var start, var end) -> start;
            case Timed(var start, var end) -> LocalDate.ofInstant(start, zone);
        };
    }

    /** The last calendar date it touches: an end at midnight does not touch the new day. */
    default LocalDate lastDay(ZoneId zone) {
        return switch (this) {
            case AllDay(var start, var end) -> end.minusDays(1);
            case Timed(var start, var end) ->
                end.isAfter(start) ? LocalDate.ofInstant(end.minusNanos(1), zone) : LocalDate.ofInstant(start, zone);
        };
    }

    /** Whether it and {@code [from, to)} overlap; dates count as days of that zone, and length zero counts as a moment. */
    default boolean overlaps(Instant from, Instant to, ZoneId zone) {
        return switch (this) {
            case AllDay(var start, var end) ->
                start.atStartOfDay(zone).toInstant().isBefore(to)
                        && end.atStartOfDay(zone).toInstant().isAfter(from);
            case Timed(var start, var end) ->
                start.isBefore(to) && (end.isAfter(from) || (end.equals(start) && !start.isBefore(from)));
        };
    }
}
