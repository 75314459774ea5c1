package app.almanac.calendar;

import app.almanac.google.Event;
import app.almanac.google.When;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** For each event that takes time when another does, the others, in the order of {@code events}: as of {@link #of}. */
    static Map<MergedEvent, List<MergedEvent>> conflicts(List<MergedEvent> events) {
        var conflicts = new IdentityHashMap<MergedEvent, List<MergedEvent>>();
        var running = new ArrayList<MergedEvent>();
        for (var event : events) {
            if (!event.isBusy()) {
                continue;
            }
            running.removeIf(earlier -> !earlier.end().isAfter(event.start()));
            for (var earlier : running) {
                if (earlier.start().isBefore(event.end())) {
                    conflicts
                            .computeIfAbsent(earlier, none -> new ArrayList<>())
                            .add(event);
                    conflicts.computeIfAbsent(event, none -> new ArrayList<>()).add(earlier);
                }
            }
            running.add(event);
        }
        return conflicts;
    }

    private Instant start() {
        return switch (shown().when()) {
            case When.AllDay(var start, var end) ->
                start.atStartOfDay(ZoneOffset.UTC).toInstant();
            case When.Timed(var start, var end) -> start;
        };
    }

    private Instant end() {
        return switch (shown().when()) {
            case When.AllDay(var start, var end) ->
                end.atStartOfDay(ZoneOffset.UTC).toInstant();
            case When.Timed(var start, var end) -> end;
        };
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

    private static final Comparator<MergedEvent> ORDER = Comparator.comparing(MergedEvent::start)
            .thenComparing(event -> Objects.requireNonNullElse(event.shown().title(), ""))
            .thenComparing(MergedEvent::id);
}
