package app.almanac.connector;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.stereotype.Component;

/**
 * Holds every refusal until the slowest of the last ones was answered, so that the time tells nobody whether a user is
 * unknown, which kind of hash they have, or whether a throttled password was looked at.
 */
@Component
class EqualTime {

    private static final int REMEMBERED = 64;
    private static final long MOST = TimeUnit.MILLISECONDS.toNanos(400);

    private final long[] last = new long[REMEMBERED];
    private int next;

    /** Waits; {@code start} is a reading of {@link System#nanoTime()}. */
    void hold(long start, boolean looked) {
        var until = start + floor(System.nanoTime() - start, looked).toNanos();
        for (var left = until - System.nanoTime();
                left > 0 && !Thread.interrupted();
                left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized Duration floor(long took, boolean looked) {
        if (looked) {
            last[next] = Math.min(took, MOST);
            next = (next + 1) % REMEMBERED;
        }
        return Duration.ofNanos(Arrays.stream(last).max().orElse(0));
    }
}
