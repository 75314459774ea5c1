package app.almanac.calendar;

import app.almanac.calendar.CalendarPage.Day;
import app.almanac.calendar.CalendarPage.Entry;
import app.almanac.calendar.CalendarPage.Owner;
import app.almanac.calendar.CalendarPage.Strip;
import app.almanac.google.Event;
import app.almanac.google.When;
import app.almanac.security.CurrentPerson;
import app.almanac.web.BadParameter;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The merged calendar as a page: headings and lists by day, in the viewer's zone. */
@Controller
class CalendarController {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final MergedCalendar calendar;
    private final ViewerZone zones;
    private final Clock clock;

    CalendarController(MergedCalendar calendar, ViewerZone zones, Clock clock) {
        this.calendar = calendar;
        this.zones = zones;
        this.clock = clock;
    }

    @GetMapping("/calendar")
    String calendar(
            @RequestParam(defaultValue = "agenda") String view,
            @RequestParam(required = false) @Nullable String date,
            @RequestParam(required = false) @Nullable String zone,
            @AuthenticationPrincipal CurrentPerson person,
            Locale locale,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        var shown = View.named(view);
        var in = zones.of(zone, request, response);
        var today = LocalDate.ofInstant(clock.instant(), in);
        var around = date(date, today);
        var from = shown.first(around);
        var end = shown.end(around);
        var loaded = calendar.load(person.id(), start(from, in), start(end, in), in);
        model.addAttribute(
                "page",
                new CalendarPage(
                        shown.word(),
                        around,
                        shown.previous(around),
                        shown.next(around),
                        today,
                        in,
                        loaded.accounts().stream()
                                .map(account -> strip(account, in))
                                .toList(),
                        days(shown, loaded.events(), from, end, today, in, locale)));
        model.addAttribute("zoneSource", zone == null && zones.isUnknown(request) ? "default" : null);
        return "calendar/calendar";
    }

    private static LocalDate date(@Nullable String given, LocalDate today) {
        if (given == null || given.isBlank()) {
            return today;
        }
        try {
            var date = LocalDate.parse(given);
            if (Years.include(date)) {
                return date;
            }
        } catch (DateTimeException malformed) {
            // answered below, as a year beyond reason is
        }
        throw new BadParameter("date");
    }

    private static Instant start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }

    private static Strip strip(AccountView account, ZoneId zone) {
        var asOf = account.asOf();
        return new Strip(
                account.id().toString(),
                account.email(),
                account.colour(),
                account.state(),
                account.reason(),
                asOf == null ? null : TIME.format(asOf.atZone(zone)),
                account.notes());
    }

    /** The agenda has the days with something on them, week and month have all; an event is on every day it touches. */
    private static List<Day> days(
            View view,
            List<MergedEvent> events,
            LocalDate from,
            LocalDate end,
            LocalDate today,
            ZoneId zone,
            Locale locale) {
        var conflicts = MergedEvent.conflicts(events).keySet();
        var days = new ArrayList<Day>();
        for (var day = from; day.isBefore(end); day = day.plusDays(1)) {
            var date = day;
            var here = events.stream()
                    .filter(event -> !event.shown().when().firstDay(zone).isAfter(date)
                            && !event.shown().when().lastDay(zone).isBefore(date))
                    .toList();
            var entries = new ArrayList<Entry>();
            here.stream()
                    .filter(event -> !event.shown().isWorkingLocation())
                    .filter(event -> event.shown().when() instanceof When.AllDay)
                    .forEach(event -> entries.add(entry(event, conflicts.contains(event), zone, locale)));
            here.stream()
                    .filter(event -> !event.shown().isWorkingLocation())
                    .filter(event -> event.shown().when() instanceof When.Timed)
                    .forEach(event -> entries.add(entry(event, conflicts.contains(event), zone, locale)));
            var places = here.stream()
                    .filter(event -> event.shown().isWorkingLocation())
                    .map(event -> entry(event, false, zone, locale))
                    .toList();
            if (view != View.AGENDA || !here.isEmpty()) {
                days.add(new Day(date, date.equals(today), entries, places));
            }
        }
        return days;
    }

    private static Entry entry(MergedEvent merged, boolean conflict, ZoneId zone, Locale locale) {
        var event = merged.shown();
        var owners = merged.copies().stream().map(Copy::account).distinct().toList();
        var times = Times.of(event.when(), zone, locale);
        return new Entry(
                merged.id(),
                String.join(
                        " ", owners.stream().map(owner -> owner.id().toString()).toList()),
                owners.stream()
                        .map(owner -> new Owner(owner.email(), owner.colour()))
                        .toList(),
                event.title(),
                event.when() instanceof When.AllDay,
                times.startDatetime(),
                times.startText(),
                times.endDatetime(),
                times.endText(),
                event.location(),
                event.link(),
                event.meeting(),
                words(event),
                conflict);
    }

    private static List<String> words(Event event) {
        var words = new ArrayList<String>();
        switch (event.answer()) {
            case NEEDS_ACTION -> words.add("not-answered");
            case TENTATIVE -> words.add("maybe");
            default -> {}
        }
        if ("tentative".equals(event.status()) && event.answer() != Event.Answer.TENTATIVE) {
            words.add("tentative");
        }
        if (event.free()) {
            words.add("free");
        }
        switch (event.type()) {
            case "outOfOffice" -> words.add("out-of-office");
            case "focusTime" -> words.add("focus-time");
            default -> {}
        }
        return words;
    }

    /** Start and end for machines and for people; a day is named where it is not the day of the start. */
    private record Times(String startDatetime, String startText, String endDatetime, String endText) {

        static Times of(When when, ZoneId zone, Locale locale) {
            var day = DateTimeFormatter.ofPattern("d MMM", locale);
            return switch (when) {
                case When.AllDay(var start, var end) ->
                    new Times(start.toString(), day.format(start), end.toString(), day.format(end.minusDays(1)));
                case When.Timed(var start, var end) -> {
                    var from = start.atZone(zone);
                    var to = end.atZone(zone);
                    var sameDay = from.toLocalDate().equals(when.lastDay(zone));
                    yield new Times(
                            DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(from),
                            sameDay ? TIME.format(from) : day.format(from) + " " + TIME.format(from),
                            DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(to),
                            sameDay ? TIME.format(to) : day.format(to) + " " + TIME.format(to));
                }
            };
        }
    }
}
