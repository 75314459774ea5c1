package app.almanac.connector;

import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * The bulkhead around password hashes, which take a processor for a long time: half of the processors and a quarter
 * of the memory at most, threads of their own, and a bounded queue that nobody waits in beyond their deadline.
 */
@Component
class Hashing implements DisposableBean {

    /** What came of a check. */
    sealed interface Result {

        record Done(boolean right, Duration took) implements Result {}

        /** It is being checked, too late for an answer: hashing cannot be stopped. */
        record Late() implements Result {}

        /** It was not checked: no place became free in time, or checking failed. */
        record Busy() implements Result {}
    }

    private static final Logger log = LoggerFactory.getLogger(Hashing.class);

    static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private static final int WAITING = 64;

    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Semaphore kibibytes = new Semaphore(LegacyHash.KIBIBYTES, true);
    final ExecutorService threads = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().name("legacy-hash-", 0).daemon().factory());

    /**
     * Checks a password against the first hash and, when it is wrong, only to spend the time, against the others.
     * {@code late} hears what became of a check that was not done in time.
     */
    Result check(
            Secret password, Duration deadline, Consumer<Result.Done> late, LegacyHash hash, LegacyHash... others) {
        var start = System.nanoTime();
        var until = start + deadline.toNanos();
        var needed = Stream.concat(Stream.of(hash), Arrays.stream(others))
                .mapToInt(LegacyHash::kibibytes)
                .max()
                .orElse(0);
        if (!takesPlace(needed, start + deadline.toNanos() / 2)) {
            return new Result.Busy();
        }
        var done = new CompletableFuture<Result.Done>();
        threads.execute(() -> {
            try {
                done.complete(checked(password, hash, others));
            } catch (Throwable e) { // a hash that wants more memory than there is, say
                log.error(
                        "A password hash could not be checked: {}", e.getClass().getSimpleName());
                done.completeExceptionally(e);
            } finally {
                kibibytes.release(needed);
                places.release();
            }
        });
        try {
            return done.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return new Result.Busy();
        } catch (TimeoutException e) {
            return late(done, late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return late(done, late);
        }
    }

    /** How many wait for a place. */
    int waiting() {
        return places.getQueueLength();
    }

    private static Result late(CompletableFuture<Result.Done> done, Consumer<Result.Done> late) {
        var unused = done.thenAccept(late);
        return new Result.Late();
    }

    private boolean takesPlace(int needed, long until) {
        if (waiting() >= WAITING || !takes(places, 1, until)) {
            return false;
        } else if (needed == 0 || takes(kibibytes, needed, until)) {
            return true;
        } else {
            places.release();
            return false;
        }
    }

    private static boolean takes(Semaphore from, int permits, long until) {
        try {
            return from.tryAcquire(permits, until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Result.Done checked(Secret password, LegacyHash hash, LegacyHash... others) {
        var start = System.nanoTime();
        var right = hash.matches(password);
        for (var other : others) {
            if (!right) {
                other.matches(password);
            }
        }
        return new Result.Done(right, Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}
