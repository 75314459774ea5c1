package app.almanac.connector;

import app.almanac.Wait;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Hashing that gets on only once this is closed: until then, what has a place is late. */
final class StuckHashing implements AutoCloseable {

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final Hashing hashing;

    StuckHashing(Hashing hashing) {
        this.hashing = hashing;
    }

    void holdThreads() {
        for (int i = 0; i < Hashing.AT_ONCE; i++) {
            hashing.threads.execute(() -> {
                try {
                    end.await();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** And nothing else gets a place. */
    void takeAllPlaces() {
        holdThreads();
        for (int i = 0; i < Hashing.AT_ONCE; i++) {
            Wait.until(() -> hashing.check(new Secret("any"), Duration.ofMillis(20), done -> {}, LegacyHash.DECOY)
                    instanceof Hashing.Result.Late);
        }
    }

    /** And so many wait for one that whoever has so long would wait in vain. It has to have checked something before. */
    void fill(Duration deadline) {
        takeAllPlaces();
        Wait.until(() -> {
            for (int i = 0; i < Hashing.AT_ONCE; i++) {
                waiting.execute(() -> hashing.pretend(new Secret("any"), Duration.ofMinutes(1), done -> {}));
            }
            return hashing.isFull(deadline);
        });
    }

    @Override
    public void close() {
        end.countDown();
        waiting.shutdownNow();
    }
}
