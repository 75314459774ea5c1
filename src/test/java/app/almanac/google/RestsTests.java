package app.almanac.google;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.google.GoogleCalendarAnswer.Cause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long an account that could not be read is left alone. */
class RestsTests {

    /** What a reading waits for whose events hang. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(4);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T08:00:00Z"));
    private final InstantSource source = now::get;
    private final Rests rests = new Rests(source.withZone(ZoneOffset.UTC));

    @Test
    void whatHangsAgainAndAgainIsTriedEveryHalfMinute() {
        for (int i = 0; i < 100; i++) {
            forward(LONGEST_CALL);
            rests.begin("home", Cause.SLOW, null);
            assertThat(rests.now("home")).isEqualTo(Cause.SLOW);
            forward(Duration.ofSeconds(30).minus(LONGEST_CALL));
            assertThat(rests.now("home")).isNull();
            assertThat(rests.isKnown("home")).isTrue();
        }
    }

    @Test
    void whoAsksForMoreTimeGetsItUpToFiveMinutes() {
        rests.begin("home", Cause.BUSY, Rests.asked("120"));
        rests.begin("work", Cause.BUSY, Rests.asked("172800"));
        forward(Duration.ofSeconds(119));
        assertThat(rests.now("home")).isEqualTo(Cause.BUSY);
        forward(Duration.ofSeconds(2));
        assertThat(rests.now("home")).isNull();
        assertThat(rests.now("work")).isEqualTo(Cause.BUSY);
        forward(Duration.ofMinutes(3));
        assertThat(rests.now("work")).isNull();
    }

    @Test
    void aThousandThatFailedAtOnceDoNotComeBackInAHerd() {
        for (int i = 0; i < 1000; i++) {
            rests.begin("account " + i, Cause.DOWN, null);
            rests.begin("account " + i, Cause.DOWN, null);
        }
        forward(Duration.ofSeconds(20));
        var back = new HashSet<Integer>();
        for (int second = 0; second < 4; second++) {
            forward(Duration.ofSeconds(1));
            var before = back.size();
            for (int i = 0; i < 1000; i++) {
                if (rests.now("account " + i) == null) {
                    back.add(i);
                }
            }
            assertThat(back.size() - before).isBetween(150, 350);
        }
        assertThat(back).hasSize(1000);
    }

    private void forward(Duration by) {
        now.updateAndGet(before -> before.plus(by));
    }
}
