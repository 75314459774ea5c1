package app.almanac.calendar;

import app.almanac.web.BadParameter;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** How much of the calendar a page shows. */
enum View {
    /** Fourteen days from the date. */
    AGENDA,
    /** The week of the date, from Monday. */
    WEEK,
    /** The month of the date. */
    MONTH;

    static View named(String word) {
        for (var view : values()) {
            if (view.word().equals(word)) {
                return view;
            }
        }
        throw new BadParameter("view");
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    LocalDate first(LocalDate date) {
        return switch (this) {
            case AGENDA -> date;
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> date.withDayOfMonth(1);
        };
    }

    /** The first day after those shown. */
    LocalDate end(LocalDate date) {
        return switch (this) {
            case AGENDA -> date.plusDays(14);
            case WEEK -> first(date).plusWeeks(1);
            case MONTH -> first(date).plusMonths(1);
        };
    }

    LocalDate previous(LocalDate date) {
        return switch (this) {
            case AGENDA -> date.minusDays(14);
            case WEEK -> date.minusWeeks(1);
            case MONTH -> date.minusMonths(1);
        };
    }

    LocalDate next(LocalDate date) {
        return switch (this) {
            case AGENDA -> date.plusDays(14);
            case WEEK -> date.plusWeeks(1);
            case MONTH -> date.plusMonths(1);
        };
    }
}
