package app.almanac.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.accounts.AccountId;
import app.almanac.google.Event;
import app.almanac.google.When;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Which events take time when others do. */
class MergedEventTests {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final AccountView ACCOUNT =
            new AccountView(new AccountId(new UUID(0, 1)), "ana@example.com", 1, "connected", "ok", null, List.of());

    @Test
    void whatTouchesFollowsOrTakesNoTimeIsNoConflict() {
        var lunch = timed("lunch", 0, 60, false);
        var after = timed("after", 60, 30, false);
        var within = timed("within", 10, 20, false);
        var free = timed("free", 10, 20, true);
        var day = event("day", new When.AllDay(LocalDate.parse("2026-11-24"), LocalDate.parse("2026-11-25")), false);
        var events = merged(List.of(lunch, after, within, free, day));

        var conflicts = MergedEvent.conflicts(events);

        assertThat(conflicts).hasSize(2);
        conflicts.forEach((event, others) -> assertThat(others)
                .singleElement()
                .extracting(other -> other.shown().title())
                .isEqualTo("lunch".equals(event.shown().title()) ? "within" : "lunch"));
    }

    /** Against the plain definition: every pair. */
    @RepeatedTest(50)
    void conflictsAreThosePairsOfBusyEventsThatOverlapInTheOrderOfTheCalendar(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var planted = new ArrayList<Event>();
        for (int i = 0; i < 40; i++) {
            planted.add(timed("e" + i, random.nextInt(300), random.nextInt(4) * 20, random.nextInt(5) == 0));
        }
        var events = merged(planted);

        var conflicts = MergedEvent.conflicts(events);

        for (var event : events) {
            assertThat(conflicts.getOrDefault(event, List.of()))
                    .containsExactlyElementsOf(events.stream()
                            .filter(other -> !other.equals(event) && overlap(event, other))
                            .toList());
        }
    }

    private static boolean overlap(MergedEvent one, MergedEvent other) {
        return one.isBusy()
                && other.isBusy()
                && one.shown().when() instanceof When.Timed(var start, var end)
                && other.shown().when() instanceof When.Timed(var otherStart, var otherEnd)
                && start.isBefore(otherEnd)
                && otherStart.isBefore(end);
    }

    private static List<MergedEvent> merged(List<Event> events) {
        return MergedEvent.of(
                events.stream().map(event -> new Copy(ACCOUNT, "Home", event)).toList());
    }

    private static Event timed(String name, int minutesAfterNoon, int minutes, boolean free) {
        var start = NOON.plus(Duration.ofMinutes(minutesAfterNoon));
        return event(name, new When.Timed(start, start.plus(Duration.ofMinutes(minutes))), free);
    }

    private static Event event(String name, When when, boolean free) {
        return new Event(
                name,
                "home",
                null,
                null,
                name,
                when,
                null,
                null,
                "confirmed",
                free,
                Event.Answer.NONE,
                "default",
                null,
                null);
    }
}
