package app.almanac.calendar;

import app.almanac.google.Event;
import app.almanac.google.When;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * One event of the merged calendar with all its copies; the first is the one that is shown. Copies are the same event
 * when they are the same entry of the same calendar, or have one {@code iCalUID} and one original start; never by title
 * and time.
 */
record MergedEvent(List<Copy> copies) {

    Event shown() {
        return copies.getFirst().event();
    }

    /** Names the event on a page and in the JSON: stable, and tells nothing. */
    String id() {
        var event = shown();
        var name = event.calendarId() + '\n' + event.id() + '\n' + originalStart(event);
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Takes time of one's own: timed, not marked free, and no place of work. */
    boolean isBusy() {
        return !shown().free() && !shown().isWorkingLocation() && shown().when() instanceof When.Timed;
    }

    boolean conflictsWith(MergedEvent other) {
        return !equals(other)
                && isBusy()
                && other.isBusy()
                && shown().when() instanceof When.Timed(var start, var end)
                && other.shown().when() instanceof When.Timed(var otherStart, var otherEnd)
                && start.isBefore(otherEnd)
                && otherStart.isBefore(end);
    }

    /** Merges copies, leaving out what was declined in every account that has it. */
    static List<MergedEvent> of(Collection<Copy> copies) {
        var sameEntry = new LinkedHashMap<String, List<Copy>>();
        for (var copy : copies) {
            var event = copy.event();
            sameEntry
                    .computeIfAbsent(
                            event.calendarId() + '\n' + event.id() + '\n' + event.when(), key -> new ArrayList<>())
                    .add(copy);
        }
        var sameInvitation = new LinkedHashMap<String, List<Copy>>();
        sameEntry.forEach((key, entry) -> {
            var event = entry.getFirst().event();
            var merged = event.iCalUid() == null ? key : event.iCalUid() + '\n' + originalStart(event);
            sameInvitation.computeIfAbsent(merged, none -> new ArrayList<>()).addAll(entry);
        });
        return sameInvitation.values().stream()
                .filter(same -> same.stream().anyMatch(copy -> copy.event().answer() != Event.Answer.DECLINED))
                .map(same -> new MergedEvent(same.stream()
                        .sorted(Comparator.comparingInt(MergedEvent::rank))
                        .toList()))
                .sorted(ORDER)
                .toList();
    }

    private static int rank(Copy copy) {
        return switch (copy.event().answer()) {
            case ACCEPTED -> 0;
            case NONE -> 1;
            case TENTATIVE -> 2;
            case NEEDS_ACTION -> 3;
            case DECLINED -> 4;
        };
    }

    private static String originalStart(Event event) {
        return Objects.requireNonNullElseGet(event.originalStart(), () -> switch (event.when()) {
            case When.AllDay(var start, var end) -> start.toString();
            case When.Timed(var start, var end) -> start.toString();
        });
    }

    private static final Comparator<MergedEvent> ORDER = Comparator.<MergedEvent, java.time.Instant>comparing(
                    event -> switch (event.shown().when()) {
                        case When.AllDay(var start, var end) ->
                            start.atStartOfDay(java.time.ZoneOffset.UTC).toInstant();
                        case When.Timed(var start, var end) -> start;
                    })
            .thenComparing(event -> Objects.requireNonNullElse(event.shown().title(), ""))
            .thenComparing(MergedEvent::id);
}
