package app.almanac.google;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The occurrences of awkward events in other people's calendars, written as Google expands them, and what a viewer must
 * see of them. Expectations were worked by hand from the sources; the machine's zone is none of these on purpose.
 */
class OthersCalendarsTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // what | start | its zone | end | viewer's zone | starts | ends | days
                "18:00 without offset|2006-06-10T18:00:00|Europe/Berlin|2006-06-10T20:00:00|America/New_York|2006-06-10T12:00|2006-06-10T14:00|1",
                "no end|2006-06-10T01:02:00Z|-|-|America/Los_Angeles|2006-06-09T18:02|2006-06-09T18:02|1",
                "length zero in Berlin|2006-06-10T01:02:03Z|-|2006-06-10T01:02:03Z|Europe/Berlin|2006-06-10T03:02:03|2006-06-10T03:02:03|1",
                "moved lecture, late in London|2012-11-16T16:00:00-08:00|America/Los_Angeles|2012-11-16T17:00:00-08:00|Europe/London|2012-11-17T00:00|2012-11-17T01:00|1",
                "final in New York|2012-12-14T11:30:00-08:00|America/Los_Angeles|2012-12-14T14:30:00-08:00|America/New_York|2012-12-14T14:30|2012-12-14T17:30|1",
                "Sunday on the other side|2018-04-01T10:30:00+02:00|Europe/Prague|2018-04-01T11:30:00+02:00|America/Los_Angeles|2018-04-01T01:30|2018-04-01T02:30|1",
                "the same on Kiritimati|2018-04-01T10:30:00+02:00|Europe/Prague|2018-04-01T11:30:00+02:00|Pacific/Kiritimati|2018-04-01T22:30|2018-04-01T23:30|1",
                "two zones in one event|2024-10-29T11:00:00+01:00|Europe/Berlin|2024-10-30T18:00:00-05:00|Europe/Berlin|2024-10-29T11:00|2024-10-31T00:00|2",
                "the same in Chicago|2024-10-29T11:00:00+01:00|Europe/Berlin|2024-10-30T18:00:00-05:00|America/Chicago|2024-10-29T05:00|2024-10-30T18:00|2",
                "the same in Sydney|2024-10-29T11:00:00+01:00|Europe/Berlin|2024-10-30T18:00:00-05:00|Australia/Sydney|2024-10-29T21:00|2024-10-31T10:00|3",
                "to the end of the day|2024-10-22T23:00:00+02:00|Europe/Berlin|2024-10-23T00:00:00+02:00|Europe/Berlin|2024-10-22T23:00|2024-10-23T00:00|1",
                "the same in Chicago in the afternoon|2024-10-22T23:00:00+02:00|Europe/Berlin|2024-10-23T00:00:00+02:00|America/Chicago|2024-10-22T16:00|2024-10-22T17:00|1",
                "over night in Chicago|2024-10-25T20:00:00-05:00|America/Chicago|2024-10-26T06:00:00-05:00|America/Chicago|2024-10-25T20:00|2024-10-26T06:00|2",
                "the same in Berlin in one day|2024-10-25T20:00:00-05:00|America/Chicago|2024-10-26T06:00:00-05:00|Europe/Berlin|2024-10-26T03:00|2024-10-26T13:00|1",
                "before the clocks change in Los Angeles|2023-10-25T17:00:00-07:00|America/Los_Angeles|2023-10-25T18:00:00-07:00|UTC|2023-10-26T00:00|2023-10-26T01:00|1",
                "after the clocks changed in Los Angeles|2023-11-15T17:00:00-08:00|America/Los_Angeles|2023-11-15T18:00:00-08:00|UTC|2023-11-16T01:00|2023-11-16T02:00|1",
                "Sydney before its summer|2023-09-20T09:00:00+10:00|Australia/Sydney|2023-09-20T10:00:00+10:00|America/New_York|2023-09-19T19:00|2023-09-19T20:00|1",
                "Sydney in its summer|2023-10-11T09:00:00+11:00|Australia/Sydney|2023-10-11T10:00:00+11:00|America/New_York|2023-10-10T18:00|2023-10-10T19:00|1",
                "one side changes first|2024-03-14T16:00:00-07:00|America/Los_Angeles|2024-03-14T19:00:00-07:00|Europe/Berlin|2024-03-15T00:00|2024-03-15T03:00|1",
                "both as usual|2024-03-07T16:00:00-08:00|America/Los_Angeles|2024-03-07T19:00:00-08:00|Europe/Berlin|2024-03-08T01:00|2024-03-08T04:00|1",
                "a week in Vienna|2012-02-13T10:00:00+01:00|Europe/Vienna|2012-02-17T18:00:00+01:00|Europe/Vienna|2012-02-13T10:00|2012-02-17T18:00|5",
                "the same in Auckland|2012-02-13T10:00:00+01:00|Europe/Vienna|2012-02-17T18:00:00+01:00|Pacific/Auckland|2012-02-13T22:00|2012-02-18T06:00|6",
                "a day long, not all day|2012-06-30T06:00:00-07:00|America/Los_Angeles|2012-07-01T06:00:00-07:00|America/Los_Angeles|2012-06-30T06:00|2012-07-01T06:00|2",
                "Friday the 13th, a day long|1998-02-13T09:00:00-05:00|America/New_York|1998-02-14T09:00:00-05:00|America/New_York|1998-02-13T09:00|1998-02-14T09:00|2",
                "Chicago seen from London before|2020-10-19T10:15:00-05:00|America/Chicago|2020-10-19T11:00:00-05:00|Europe/London|2020-10-19T16:15|2020-10-19T17:00|1",
                "Chicago seen from London between|2020-10-26T10:15:00-05:00|America/Chicago|2020-10-26T11:00:00-05:00|Europe/London|2020-10-26T15:15|2020-10-26T16:00|1",
                "Chicago seen from London after|2020-11-02T10:15:00-06:00|America/Chicago|2020-11-02T11:00:00-06:00|Europe/London|2020-11-02T16:15|2020-11-02T17:00|1",
                "a wrong zone beside a right offset|2026-08-20T12:30:00Z|Atlantis/Capital|2026-08-20T13:30:00Z|America/New_York|2026-08-20T08:30|2026-08-20T09:30|1"
            })
    void aTimedEvent(
            String what,
            String start,
            String zone,
            String end,
            String viewer,
            LocalDateTime starts,
            LocalDateTime ends,
            int days) {
        var event = read(timed(start, zone, end));

        assertThat(event.when()).isInstanceOfSatisfying(When.Timed.class, when -> {
            assertThat(LocalDateTime.ofInstant(when.start(), ZoneId.of(viewer))).isEqualTo(starts);
            assertThat(LocalDateTime.ofInstant(when.end(), ZoneId.of(viewer))).isEqualTo(ends);
        });
        assertThat(days(event.when(), ZoneId.of(viewer))).isEqualTo(days);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "without an end|2006-06-10|-|2006-06-10|1",
                "over the day of 25 hours|2024-10-25|2024-10-31|2024-10-30|6",
                "school holidays|2018-07-02|2018-08-11|2018-08-10|40",
                "two days|2024-09-20|2024-09-22|2024-09-21|2",
                "a sprint|2018-04-20|2018-04-23|2018-04-22|3",
                "an end that is its start|2026-02-27|2026-02-27|2026-02-27|1"
            })
    void anAllDayEventIsOnTheSameDatesEverywhere(String what, String start, String end, LocalDate last, int days) {
        var item = JSON.createObjectNode().put("id", "x");
        item.putObject("start").put("date", start);
        if (end != null) {
            item.putObject("end").put("date", end);
        }
        var when = read(item).when();

        for (var zone : new String[] {"UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"}) {
            assertThat(when.firstDay(ZoneId.of(zone))).isEqualTo(start);
            assertThat(when.lastDay(ZoneId.of(zone))).isEqualTo(last);
            assertThat(days(when, ZoneId.of(zone))).isEqualTo(days);
        }
    }

    /** In any zone, around any change of its clocks: the days an event is on are those that its instants touch. */
    @RepeatedTest(200)
    void theDaysOfAnEventAreThoseThatItsInstantsTouch(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        var zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
        var from = aroundAChange(zone, random);
        var when = new When.Timed(from, from.plusSeconds(random.nextInt(0, 4 * 86_400)));

        var day = when.firstDay(zone);
        assertThat(day).isEqualTo(LocalDate.ofInstant(when.start(), zone));
        while (!day.isAfter(when.lastDay(zone))) {
            var begins = day.atStartOfDay(zone).toInstant();
            var ends = day.plusDays(1).atStartOfDay(zone).toInstant();
            if (begins.isBefore(ends)) { // some zones have left a day out
                assertThat(when.overlaps(begins, ends, zone))
                        .as("%s in %s", day, zone)
                        .isTrue();
            }
            day = day.plusDays(1);
        }
        assertThat(when.overlaps(
                        day.atStartOfDay(zone).toInstant(),
                        day.plusDays(9).atStartOfDay(zone).toInstant(),
                        zone))
                .as("%s in %s", day, zone)
                .isFalse();
    }

    private static Instant aroundAChange(ZoneId zone, Random random) {
        var year = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(365 * 86_400));
        var change = zone.getRules().nextTransition(year);
        var around = change == null ? year : change.getInstant();
        return around.plusSeconds(random.nextInt(-86_400, 86_400));
    }

    private static JsonNode timed(String start, String zone, String end) {
        var item = JSON.createObjectNode().put("id", "x").put("status", "confirmed");
        var begins = item.putObject("start").put("dateTime", start);
        if (zone != null) {
            begins.put("timeZone", zone);
        }
        if (end != null) {
            var ends = item.putObject("end").put("dateTime", end);
            if (zone != null) {
                ends.put("timeZone", zone);
            }
        }
        return item;
    }

    private static Event read(JsonNode item) {
        return new EventReader("c", ZoneOffset.UTC).read(item).orElseThrow();
    }

    private static long days(When when, ZoneId zone) {
        return when.firstDay(zone).until(when.lastDay(zone), ChronoUnit.DAYS) + 1;
    }
}
