package app.almanac.calendar;

import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;

/** The years that may be asked for: what lies beyond them is a slip, and Google's calls could not say it. */
final class Years {

    private static final int FIRST = 1900;
    private static final int LAST = 2200;

    private Years() {}

    static boolean include(TemporalAccessor time) {
        var year = time.get(ChronoField.YEAR);
        return year >= FIRST && year <= LAST;
    }
}
