package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import app.almanac.upstream.Secret;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Five hours on weekdays and ten at weekends, wherever it is, and on the nights when clocks change. */
class ExpiryRulesTests {

    private static final int TRIES = 20_000;
    private static final List<String> ZONES =
            ZoneId.getAvailableZoneIds().stream().sorted().toList();
    private static final ExpiryRules BERLIN =
            new ExpiryRules(Duration.ofHours(5), Duration.ofHours(10), ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource({
        // a Friday evening in Berlin is no weekend yet, whatever the day is in UTC or afterwards
        "2026-11-27T23:59:59+01:00, 2026-11-28T04:59:59+01:00",
        "2026-11-28T00:00:00+01:00, 2026-11-28T10:00:00+01:00",
        "2026-11-29T23:59:59+01:00, 2026-11-30T09:59:59+01:00",
        "2026-11-30T00:00:00+01:00, 2026-11-30T05:00:00+01:00",
        // the hour that is skipped and the hour that is there twice: ten hours have passed all the same
        "2026-03-29T01:30:00+01:00, 2026-03-29T12:30:00+02:00",
        "2026-10-25T02:30:00+02:00, 2026-10-25T11:30:00+01:00",
        "2026-10-25T02:30:00+01:00, 2026-10-25T12:30:00+01:00",
        // a beginning before the change on Sunday counts as Saturday
        "2026-03-28T23:30:00+01:00, 2026-03-29T10:30:00+02:00"
    })
    void theDayOnWhichASessionBeginsDecides(ZonedDateTime begins, ZonedDateTime ends) {
        assertThat(BERLIN.endOf(begins.toInstant())).isEqualTo(ends.toInstant());
    }

    /** The oracle counts days since a Thursday by the zone's offset, and asks no calendar. */
    @Test
    void inEveryZoneExactlyTheRulesTimePassesByTheLocalDay() {
        var random = new Random(7);
        for (int i = 0; i < TRIES; i++) {
            var zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            var begins = nearAChange(random, zone);
            var rules = new ExpiryRules(
                    Duration.ofSeconds(1 + random.nextInt(86_400)),
                    Duration.ofSeconds(1 + random.nextInt(86_400)),
                    zone);

            var localSeconds =
                    begins.getEpochSecond() + zone.getRules().getOffset(begins).getTotalSeconds();
            var day = Math.floorMod(Math.floorDiv(localSeconds, 86_400L) + 3, 7L);
            var expected = day >= 5 ? rules.weekend() : rules.weekday();

            assertThat(Duration.between(begins, rules.endOf(begins)))
                    .as("%s in %s", begins, zone)
                    .isEqualTo(expected);
        }
    }

    @Test
    void theEarliestEndCountsAlways() {
        var random = new Random(11);
        for (int i = 0; i < TRIES; i++) {
            var now = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(200_000_000));
            var tokenEnd = now.plusSeconds(random.nextInt(100_000) - 1000L);
            var wanted = random.nextBoolean() ? now.plusSeconds(random.nextInt(100_000)) : null;
            var rules = random.nextBoolean() ? BERLIN : null;
            var request =
                    new SessionRequest(new PersonId(new UUID(1, 1)), null, new Secret("token"), wanted, rules, null);

            var end = request.end(now, tokenEnd);

            assertThat(end).isBeforeOrEqualTo(tokenEnd);
            if (wanted != null) {
                assertThat(end).isBeforeOrEqualTo(wanted);
            }
            if (rules != null) {
                assertThat(end).isBeforeOrEqualTo(rules.endOf(now));
            }
            assertThat(end)
                    .isIn(tokenEnd, wanted == null ? tokenEnd : wanted, rules == null ? tokenEnd : rules.endOf(now));
        }
    }

    @Test
    void saturdayAndSundayAreTheWeekend() {
        for (var date = LocalDate.of(2026, 1, 1); date.getYear() == 2026; date = date.plusDays(1)) {
            var begins = date.atTime(12, 0).atZone(BERLIN.timeZone()).toInstant();
            var weekend = date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;

            assertThat(BERLIN.endOf(begins)).isEqualTo(begins.plus(Duration.ofHours(weekend ? 10 : 5)));
        }
    }

    /** Half of them within a day of a change of the zone's clocks, where it has such. */
    private static Instant nearAChange(Random random, ZoneId zone) {
        var any = Instant.ofEpochSecond(946_684_800L + random.nextInt(1_500_000_000));
        var change = zone.getRules().nextTransition(any);
        return change == null || random.nextBoolean()
                ? any
                : change.getInstant().plusSeconds(random.nextInt(172_800) - 86_400L);
    }
}
