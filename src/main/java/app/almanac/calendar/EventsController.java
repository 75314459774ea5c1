package app.almanac.calendar;

import app.almanac.google.When;
import app.almanac.security.CurrentPerson;
import app.almanac.web.BadParameter;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The merged calendar as JSON, for the person's own scripts; shapes as in the contract, section 4. */
@RestController
class EventsController {

    record EventJson(
            String id,
            @Nullable String title,
            String start,
            String end,
            boolean allDay,
            String timeZone,
            @Nullable String location,
            String status,
            @Nullable String url,
            List<CopyJson> accounts,
            String account,
            List<String> conflictsWith) {}

    record CopyJson(String id, String email, String calendar, String status) {}

    record AccountJson(
            String id, String email, String state, @Nullable String asOf) {}

    record EventsJson(List<EventJson> events, List<AccountJson> accounts) {}

    private static final Duration AT_MOST = Duration.ofDays(92);

    private final MergedCalendar calendar;
    private final ViewerZone zones;

    EventsController(MergedCalendar calendar, ViewerZone zones) {
        this.calendar = calendar;
        this.zones = zones;
    }

    @GetMapping("/api/events")
    EventsJson events(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @AuthenticationPrincipal CurrentPerson person,
            HttpServletRequest request) {
        var begin = instant("from", from);
        var end = instant("to", to);
        if (!end.isAfter(begin) || Duration.between(begin, end).compareTo(AT_MOST) > 0) {
            throw new BadParameter("to");
        }
        var zone = zones.remembered(request);
        var loaded = calendar.load(person.id(), begin, end, zone);
        var conflicts = MergedEvent.conflicts(loaded.events());
        return new EventsJson(
                loaded.events().stream()
                        .map(event -> json(event, conflicts.getOrDefault(event, List.of()), zone))
                        .toList(),
                loaded.accounts().stream()
                        .map(account -> new AccountJson(
                                account.id().toString(),
                                account.email(),
                                account.state(),
                                account.asOf() == null ? null : text(account.asOf(), zone)))
                        .toList());
    }

    @ExceptionHandler
    ProblemDetail badParameter(BadParameter e) {
        var problem = ProblemDetail.forStatus(HttpStatus.BAD_REQUEST);
        problem.setDetail("The parameter " + e.parameter() + " is missing or cannot be used.");
        problem.setProperty("parameter", e.parameter());
        return problem;
    }

    private static Instant instant(String name, @Nullable String text) {
        try {
            // a plus sign that was not encoded arrives as a space
            var time = OffsetDateTime.parse(Objects.requireNonNullElse(text, "").replace(' ', '+'));
            if (Years.include(time)) {
                return time.toInstant();
            }
        } catch (DateTimeException malformed) {
            // answered below, as a year beyond reason is
        }
        throw new BadParameter(name);
    }

    private static EventJson json(MergedEvent merged, List<MergedEvent> conflicts, ZoneId zone) {
        var event = merged.shown();
        var ends = switch (event.when()) {
            case When.AllDay(var start, var end) -> List.of(start.toString(), end.toString());
            case When.Timed(var start, var end) -> List.of(text(start, zone), text(end, zone));
        };
        return new EventJson(
                merged.id(),
                event.title(),
                ends.get(0),
                ends.get(1),
                event.when() instanceof When.AllDay,
                Objects.requireNonNullElse(event.zone(), zone.getId()),
                event.location(),
                event.status(),
                event.link(),
                merged.copies().stream()
                        .map(copy -> new CopyJson(
                                copy.account().id().toString(),
                                copy.account().email(),
                                copy.calendarName(),
                                answer(copy)))
                        .toList(),
                merged.copies().getFirst().account().id().toString(),
                conflicts.stream().map(MergedEvent::id).toList());
    }

    /** The answer to an invitation where there was one, else the event's own status. */
    private static String answer(Copy copy) {
        return switch (copy.event().answer()) {
            case NONE -> copy.event().status();
            case NEEDS_ACTION -> "needsAction";
            case TENTATIVE -> "tentative";
            case ACCEPTED -> "accepted";
            case DECLINED -> "declined";
        };
    }

    private static String text(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
    }
}
