package app.almanac.connector;

import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * The bulkhead around password hashes, which take a processor for a long time: half of the processors at most, threads of
 * their own, and a bounded queue that nobody waits in beyond their deadline.
 */
@Component
class Hashing implements DisposableBean {

    /** What came of a check. */
    sealed interface Result {

        record Done(boolean right, Duration took) implements Result {}

        /** No place became free in time, or the hash is too costly to be checked in time. */
        record Busy() implements Result {}
    }

    static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private static final int WAITING = 64;

    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final ExecutorService threads = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().name("legacy-hash-", 0).daemon().factory());

    /**
     * Checks a password against the first hash and, when it is wrong, only to spend the time, against the others.
     * {@code late} hears what a wrong password took that was not checked in time: hashing cannot be stopped.
     */
    Result check(Secret password, Duration deadline, Consumer<Duration> late, LegacyHash hash, LegacyHash... others) {
        var until = System.nanoTime() + deadline.toNanos();
        var done = new CompletableFuture<Result.Done>();
        try {
            if (places.getQueueLength() >= WAITING
                    || !places.tryAcquire(deadline.toNanos() / 2, TimeUnit.NANOSECONDS)) {
                return new Result.Busy();
            }
            threads.execute(() -> {
                try {
                    done.complete(checked(password, hash, others));
                } catch (Throwable e) {
                    done.completeExceptionally(
                            new IllegalStateException(e.getClass().getSimpleName()));
                } finally {
                    places.release();
                }
            });
            return done.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            var unused = done.thenAccept(result -> {
                if (!result.right()) {
                    late.accept(result.took());
                }
            });
            return new Result.Busy();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a hash could not be checked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result.Busy();
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
