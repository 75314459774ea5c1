package sandbox.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Browsers that ask for a page again as soon as they have it; who is sent away comes back after a second. */
final class Load {

    /** What came of it; times in nanoseconds, sorted. {@code broken} are those cut in the middle, {@code silent} those without a byte. */
    record Result(List<Long> good, List<Long> refused, int broken, int silent, Duration time) {

        double perSecond() {
            return good.size() / seconds();
        }

        double refusedPerSecond() {
            return refused.size() / seconds();
        }

        private double seconds() {
            return time.toNanos() / 1e9;
        }

        static double millis(List<Long> sorted, double percent) {
            return sorted.isEmpty()
                    ? Double.NaN
                    : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
        }
    }

    private Load() {}

    /** Until the time is over or nobody listens any more. What is neither a page nor "no place" ends it. */
    static Result run(URI server, String cookie, String path, int browsers, Duration time) throws InterruptedException {
        var good = new ConcurrentLinkedQueue<Long>();
        var refused = new ConcurrentLinkedQueue<Long>();
        var broken = new AtomicInteger();
        var silent = new AtomicInteger();
        var unexpected = new ConcurrentLinkedQueue<Integer>();
        var done = new CountDownLatch(browsers);
        var begun = System.nanoTime();
        for (int i = 0; i < browsers; i++) {
            Thread.startVirtualThread(() -> {
                try (var connection = new Connection(server, cookie)) {
                    while (System.nanoTime() - begun < time.toNanos() && unexpected.isEmpty()) {
                        if (!once(connection, path, good, refused, unexpected, broken, silent)) {
                            return;
                        }
                    }
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        return result(good, refused, unexpected, broken.get(), silent.get(), begun);
    }

    private static Result result(
            ConcurrentLinkedQueue<Long> good,
            ConcurrentLinkedQueue<Long> refused,
            ConcurrentLinkedQueue<Integer> unexpected,
            int broken,
            int silent,
            long begun) {
        if (!unexpected.isEmpty()) {
            throw new IllegalStateException("answered with " + unexpected.peek() + ", which is no measurement");
        }
        return new Result(sorted(good), sorted(refused), broken, silent, Duration.ofNanos(System.nanoTime() - begun));
    }

    /** One reader who looks at each page for a while. */
    static Result read(URI server, String cookie, String path, Duration pause, Duration time)
            throws InterruptedException {
        var good = new ConcurrentLinkedQueue<Long>();
        var refused = new ConcurrentLinkedQueue<Long>();
        var unexpected = new ConcurrentLinkedQueue<Integer>();
        var broken = new AtomicInteger();
        var begun = System.nanoTime();
        try (var connection = new Connection(server, cookie)) {
            while (System.nanoTime() - begun < time.toNanos()) {
                once(connection, path, good, refused, unexpected, broken, broken);
                Thread.sleep(pause.toMillis());
            }
        }
        return result(good, refused, unexpected, broken.get(), 0, begun);
    }

    /** Whether the server is still there. */
    private static boolean once(
            Connection connection,
            String path,
            ConcurrentLinkedQueue<Long> good,
            ConcurrentLinkedQueue<Long> refused,
            ConcurrentLinkedQueue<Integer> unexpected,
            AtomicInteger broken,
            AtomicInteger silent) {
        try {
            connection.open();
        } catch (ConnectException gone) {
            return false;
        } catch (IOException e) {
            return true;
        }
        var asked = System.nanoTime();
        try {
            var answer = connection.get(path);
            switch (answer.status()) {
                case 200 -> good.add(System.nanoTime() - asked);
                case 503 -> {
                    refused.add(System.nanoTime() - asked);
                    Thread.sleep(1_000);
                }
                default -> unexpected.add(answer.status());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            if (connection.answering()) {
                broken.incrementAndGet();
                System.out.printf("  (cut after %d ms: %s)%n", (System.nanoTime() - asked) / 1_000_000, e);
            } else {
                silent.incrementAndGet();
            }
            connection.close();
        }
        return true;
    }

    private static List<Long> sorted(ConcurrentLinkedQueue<Long> times) {
        return times.stream().sorted().toList();
    }
}
