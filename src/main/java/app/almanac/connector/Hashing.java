package app.almanac.connector;

import app.almanac.upstream.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The bulkhead around password hashes, which take a processor for a long time: half of the processors at most, a process of
 * their own, and a queue that nobody joins who would most likely wait in vain. Whatever is
 * wrong, and whoever has no hash at all, keeps a thread for as long as the costliest hash takes, asleep once it has nothing
 * to check; then the thread rests, which leaves the processor to pages.
 */
@Component
class Hashing implements DisposableBean {

    /** What came of a check. */
    sealed interface Result {

        /** {@code took} is what the answer waited for once there was a place. */
        record Done(boolean right, Duration took) implements Result {}

        /** It is being checked, too late for an answer: hashing cannot be stopped. */
        record Late() implements Result {}

        /** It was not checked: no place became free in time, or checking failed. */
        record Busy() implements Result {}
    }

    private static final Logger log = LoggerFactory.getLogger(Hashing.class);

    static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    /** After a wrong password, however long that took; and how often so long where a queue of them does not end. */
    static final Duration LONGEST_REST = Duration.ofMillis(50);

    private static final int MOST_RESTS = 6;
    /** What counts at most of a check, so that one that was stuck keeps nobody out afterwards. */
    private static final Duration LONGEST_TAKEN = Duration.ofSeconds(1);

    /** The costliest hash that could be checked in time so far, how long it last took, and when that was measured. */
    private record Costliest(LegacyHash hash, Duration took, long at) {

        Costliest or(Costliest newer) {
            return newer.hash.work() < hash.work() ? this : newer;
        }
    }

    /** For how long a measured time holds; it depends on what else the machine does. */
    private final Duration believed;

    private final HashingProcess process;
    private final AtomicReference<Costliest> costliest;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    /** In nanoseconds, for how long a place has been taken of late: the last check counts a quarter. */
    private final AtomicLong occupied = new AtomicLong();

    /** While others wait. */
    private final AtomicInteger wrongInARow = new AtomicInteger();

    private final Semaphore kibibytes = new Semaphore(LegacyHash.KIBIBYTES, true);
    final ExecutorService threads = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().name("legacy-hash-", 0).daemon().factory());

    @Autowired
    Hashing(HashingProcess process) {
        this(process, Duration.ofSeconds(10));
    }

    Hashing(HashingProcess process, Duration believed) {
        this.process = process;
        this.believed = believed;
        this.costliest = new AtomicReference<>(
                new Costliest(LegacyHash.DECOY, usual(LegacyHash.DECOY), System.nanoTime() - believed.toNanos()));
    }

    private static Duration usual(LegacyHash hash) {
        return Duration.of(hash.work(), ChronoUnit.MICROS);
    }

    /** Whether whoever has so long would wait for a place in vain; known before it is known whom they mean. */
    boolean isFull(Duration deadline) {
        var before = places.getQueueLength() + kibibytes.getQueueLength();
        return (before > 0 || places.availablePermits() == 0)
                && (before + 0.5) * occupied.get() / atOnce()
                        > longestWait(deadline).toNanos();
    }

    /** As many as there are threads and memory for. */
    private int atOnce() {
        var each = Math.max(1, costliest.get().hash().kibibytes());
        return Math.clamp(LegacyHash.KIBIBYTES / each, 1, AT_ONCE);
    }

    /** The rest of the time is for the check. */
    private static Duration longestWait(Duration deadline) {
        return deadline.dividedBy(2);
    }

    /** Checks a password; {@code late} hears what became of one that was not decided in time. */
    Result check(Secret password, Duration deadline, Consumer<Result> late, LegacyHash hash) {
        var until = System.nanoTime() + deadline.toNanos();
        return inPlace(hash.kibibytes(), deadline, late, () -> {
            var start = System.nanoTime();
            if (process.matches(hash, password)) {
                return done(true, start);
            }
            measured(hash, start, until);
            return wrong(password, start, until);
        });
    }

    /** Takes as long as a wrong password, for somebody who has no hash. */
    Result pretend(Secret password, Duration deadline, Consumer<Result> late) {
        var until = System.nanoTime() + deadline.toNanos();
        return inPlace(0, deadline, late, () -> wrong(password, System.nanoTime(), until));
    }

    private Result.Done wrong(Secret password, long start, long until) throws IOException, InterruptedException {
        var known = costliest.get();
        var now = System.nanoTime();
        if (now - known.at() < believed.toNanos()
                || !costliest.compareAndSet(known, new Costliest(known.hash(), known.took(), now))) {
            EqualTime.hold(start, known.took());
        } else { // one measures, the others still hold to what is known
            process.matches(known.hash(), password);
            measured(known.hash(), now, until);
        }
        return done(false, start);
    }

    /** Unless it took too long for whoever is waiting: then nobody else is to wait as long. */
    private void measured(LegacyHash hash, long start, long until) {
        var now = System.nanoTime();
        var took = Duration.ofNanos(now - start);
        if (until - now > 0
                && took.multipliedBy(10).compareTo(usual(hash)) > 0) { // else its scheme has refused it at once
            costliest.accumulateAndGet(new Costliest(hash, took, now), Costliest::or);
        }
    }

    private static Result.Done done(boolean right, long start) {
        return new Result.Done(right, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Everybody needs the memory of the costliest hash, or who has none would find a place where others do not. */
    private Result inPlace(int own, Duration deadline, Consumer<Result> late, Callable<Result.Done> check) {
        var needed = Math.max(own, costliest.get().hash().kibibytes());
        var start = System.nanoTime();
        var until = start + deadline.toNanos();
        if (isFull(deadline)
                || !takesPlace(needed, start + longestWait(deadline).toNanos())) {
            return new Result.Busy();
        }
        var done = new CompletableFuture<Result.Done>();
        threads.execute(() -> {
            try {
                process.running(); // its start is not the hash's time
                done.complete(check.call());
            } catch (HashingProcess.NotRunning e) { // a line for each guess would flood the log
                done.completeExceptionally(e);
            } catch (Throwable e) { // a hash that wants more memory than there is, say
                log.error(
                        "A password hash could not be checked: {}", e.getClass().getSimpleName());
                done.completeExceptionally(e);
            } finally {
                kibibytes.release(needed);
                if (!done.isCompletedExceptionally()) {
                    rest(done.join());
                }
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

    /** After a wrong password, for as long as it took, and longer while more wait and are wrong: pages are left in peace. */
    private void rest(Result.Done checked) {
        var isQueue = places.hasQueuedThreads();
        var times = wrongInARow.updateAndGet(
                before -> checked.right() ? 0 : isQueue ? Math.min(MOST_RESTS, before + 1) : 1);
        var rest = shorter(checked.took(), LONGEST_REST).multipliedBy(times);
        var taken = shorter(checked.took().plus(rest), LONGEST_TAKEN);
        occupied.accumulateAndGet(taken.toNanos(), (known, now) -> (3 * known + now) / 4);
        EqualTime.hold(System.nanoTime(), rest);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Result late(CompletableFuture<Result.Done> done, Consumer<Result> late) {
        var unused = done.<Result>handle((result, failure) -> failure == null ? result : new Result.Busy())
                .thenAccept(late);
        return new Result.Late();
    }

    private boolean takesPlace(int needed, long until) {
        if (!takes(places, 1, until)) {
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

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}
