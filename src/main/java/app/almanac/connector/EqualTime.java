package app.almanac.connector;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds every refusal until the same time after its start, so that the time tells nobody whether a user is unknown, which
 * kind of hash they have, or whether a throttled password was looked at. It is longer than a look-up and a hash take on a
 * machine that is not overloaded.
 */
final class EqualTime {

    /** While every hash that the store has shown is {@linkplain LegacyHash#isQuick() quick}. */
    static final Duration FLOOR = Duration.ofMillis(400);

    private EqualTime() {}

    /** Waits until so long after the start, a reading of {@link System#nanoTime()}. */
    static void hold(long start, Duration length) {
        var until = start + length.toNanos();
        for (var left = until - System.nanoTime();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The answer, then; no thread waits for it: the collector would copy its stack, and pages would feel it. */
    static <T> CompletableFuture<T> later(T answer, long start, Duration length) {
        return new CompletableFuture<T>()
                .completeOnTimeout(answer, start + length.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
