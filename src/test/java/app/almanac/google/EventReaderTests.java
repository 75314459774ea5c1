package app.almanac.google;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What must come out of calendar data that others wrote, seen from several zones. */
class EventReaderTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest
    @CsvSource({
        // item, zone, start, end, days it touches
        "timed,America/Los_Angeles,2026-08-19T20:30,2026-08-19T21:30,1",
        "timed,Pacific/Kiritimati,2026-08-20T17:30,2026-08-20T18:30,1",
        "timed_utc,Europe/Berlin,2026-03-29T01:30,2026-03-29T03:00,1",
        "timed_utc,Europe/London,2026-03-29T00:30,2026-03-29T02:00,1",
        "timed_utc,America/New_York,2026-03-28T20:30,2026-03-28T21:00,1",
        "cross_midnight,Asia/Kolkata,2026-08-20T23:00,2026-08-21T02:00,2",
        "cross_midnight,Europe/Berlin,2026-08-20T19:30,2026-08-20T22:30,1",
        "cross_midnight,Pacific/Auckland,2026-08-21T05:30,2026-08-21T08:30,1",
        "with_meet,America/New_York,2026-08-21T08:30,2026-08-21T09:30,1",
        "with_meet,Pacific/Kiritimati,2026-08-22T02:30,2026-08-22T03:30,1"
    })
    void aTimedEventIsShownInTheViewersZone(String item, String zone, String start, String end, int days) {
        var event = read(fixture("omarchy-clock/events.json").path(item));

        assertThat(event.when()).isInstanceOfSatisfying(When.Timed.class, when -> {
            assertThat(when.start().atZone(ZoneId.of(zone)).toLocalDateTime()).hasToString(start);
            assertThat(when.end().atZone(ZoneId.of(zone)).toLocalDateTime()).hasToString(end);
        });
        assertThat(daysTouched(event, zone)).isEqualTo(days);
    }

    @ParameterizedTest
    @ValueSource(strings = {"America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"})
    void anAllDayEventIsOnItsDatesEverywhere(String zone) {
        var items = fixture("omarchy-clock/events.json");

        var one = read(items.path("allday"));
        assertThat(one.when().firstDay(ZoneId.of(zone))).isEqualTo("2026-08-15");
        assertThat(one.when().lastDay(ZoneId.of(zone))).isEqualTo("2026-08-15");
        var three = read(items.path("allday_multiday"));
        assertThat(three.when().firstDay(ZoneId.of(zone))).isEqualTo("2026-08-18");
        assertThat(three.when().lastDay(ZoneId.of(zone))).isEqualTo("2026-08-20");
    }

    @Test
    void aCancelledInstanceWithoutAStartIsNoEvent() {
        assertThat(EventReader.isNoEvent(fixture("omarchy-clock/events.json").path("cancelled")))
                .isTrue();
        assertThat(read(fixture("omarchy-clock/events.json").path("with_meet")).meeting())
                .startsWith("https://");
    }

    @Test
    void onlyOnesOwnAnswerHidesAnInvitation() {
        var answers = items("chromium/event_self_response_statuses.json").stream()
                .map(item -> read(item).answer())
                .toList();

        assertThat(answers).hasSize(8).containsOnlyOnce(Event.Answer.DECLINED);
        assertThat(answers).contains(Event.Answer.NEEDS_ACTION, Event.Answer.TENTATIVE, Event.Answer.NONE);
    }

    @Test
    void anUnknownStatusIsShownAndACancelledOneIsNot() {
        var items = items("chromium/event_statuses.json");

        assertThat(items.stream().filter(item -> !EventReader.isNoEvent(item))).hasSize(3);
        assertThat(items.stream()
                        .filter(item -> !EventReader.isNoEvent(item))
                        .map(item -> read(item).status()))
                .containsExactlyInAnyOrder("confirmed", "tentative", "confirmed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium/event_with_invalid_conference_data_uri.json",
                "chromium/event_with_missing_entry_point_type.json"
            })
    void aMeetingLinkThatIsNoAddressGivesWayToTheOneThatIs(String file) {
        var event = read(items(file).getFirst());

        assertThat(event.meeting()).isEqualTo("https://meet.google.com/jbe-test");
        assertThat(event.answer()).isNotEqualTo(Event.Answer.DECLINED);
    }

    @Test
    void aTimeWithoutAnOffsetTakesTheZoneBesideItAndNeverTheMachines() {
        var event = read(JSON.readTree("""
                {"id":"x","status":"confirmed","transparency":"transparent",
                 "start":{"dateTime":"2006-06-10T18:00:00","timeZone":"Europe/Berlin"},
                 "end":{"dateTime":"2006-06-10T20:00:00","timeZone":"Europe/Berlin"}}"""));

        assertThat(event.when())
                .isEqualTo(new When.Timed(
                        ZonedDateTime.parse("2006-06-10T12:00-04:00[America/New_York]")
                                .toInstant(),
                        ZonedDateTime.parse("2006-06-10T14:00-04:00[America/New_York]")
                                .toInstant()));
        assertThat(event.free()).isTrue();
    }

    @Test
    void aMissingEndIsAMomentOrADay() {
        var moment = read(JSON.readTree("{\"id\":\"x\",\"start\":{\"dateTime\":\"2006-06-10T01:02:00Z\"}}"));
        var day = read(JSON.readTree("{\"id\":\"x\",\"start\":{\"date\":\"2006-06-10\"}}"));

        assertThat(moment.when())
                .isInstanceOfSatisfying(
                        When.Timed.class, when -> assertThat(when.end()).isEqualTo(when.start()));
        assertThat(day.when()).isEqualTo(new When.AllDay(LocalDate.parse("2006-06-10"), LocalDate.parse("2006-06-11")));
    }

    @Test
    void anEventWithoutAUsableStartIsSkippedAndTheTaskIsNone() {
        var reader = new EventReader("c", ZoneId.of("UTC"));

        assertThat(reader.read(
                        items("northworld-google-calendar/missing_date.json").getFirst()))
                .isEmpty();
        assertThat(reader.read(JSON.readTree("{\"id\":\"x\",\"start\":{\"date\":\":::TODAY:::\"}}")))
                .isEmpty();
        assertThat(reader.read(JSON.readTree("""
                        {"id":"x","start":{"date":"2026-11-24"},"end":{"date":"soon"}}"""))).isEmpty();
        assertThat(EventReader.isNoEvent(JSON.readTree("{\"kind\":\"tasks#task\",\"id\":\"x\"}")))
                .isTrue();
    }

    @Test
    void aTimeInTheDateFieldIsTheTimedEventThatItIs() {
        var event = read(fixture("northworld-google-calendar/find__all_day_event_by_id.json"));

        assertThat(event.when()).isInstanceOf(When.Timed.class);
    }

    @Test
    void scopesAreComparedAsASetAndAWiderOneContainsTheNarrower() {
        var base = "https://www.googleapis.com/auth/";

        assertThat(Scopes.ASKED)
                .containsExactly(
                        "openid", "email", base + "calendar.calendarlist.readonly", base + "calendar.events.readonly");
        assertThat(Scopes.allowCalendars(base + "calendar.events.readonly openid " + base
                        + "calendar.calendarlist.readonly " + base + "userinfo.email"))
                .isTrue();
        assertThat(Scopes.allowCalendars(base + "calendar.readonly")).isTrue();
        assertThat(Scopes.allowCalendars("openid " + base + "calendar.events")).isFalse();
        assertThat(Scopes.allowCalendars("openid email openid")).isFalse();
    }

    private static long daysTouched(Event event, String zone) {
        return event.when()
                        .firstDay(ZoneId.of(zone))
                        .until(event.when().lastDay(ZoneId.of(zone)), java.time.temporal.ChronoUnit.DAYS)
                + 1;
    }

    private static Event read(JsonNode item) {
        return new EventReader("c", ZoneId.of("UTC")).read(item).orElseThrow();
    }

    private static List<JsonNode> items(String file) {
        var json = fixture(file);
        var items = new ArrayList<JsonNode>();
        (json.has("items") ? json.path("items") : JSON.createArrayNode().add(json)).forEach(items::add);
        return items;
    }

    private static JsonNode fixture(String file) {
        return JSON.readTree(text(file));
    }

    static String text(String file) {
        try (var in = Objects.requireNonNull(EventReaderTests.class.getResourceAsStream("/fixtures/" + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
