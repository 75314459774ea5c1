package app.almanac.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Who polls health while peers hang. */
class SetupHealthIndicatorTests {

    private static final Status ATTENTION = new Status("ATTENTION");

    private final Hanging database = new Hanging();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    private SetupHealthIndicator indicator() {
        var beans = new StaticListableBeanFactory();
        beans.addBean("dataSource", database);
        return new SetupHealthIndicator(new Doctor(beans), ((InstantSource) now::get).withZone(ZoneOffset.UTC));
    }

    @Test
    void nobodyWaitsForAnExaminationThatHangs() throws Exception {
        var indicator = indicator();

        var asked = Stream.generate(() -> CompletableFuture.supplyAsync(indicator::health, Thread::startVirtualThread))
                .limit(2)
                .toList();
        try {
            for (var one : asked) {
                assertThat(one.get(1, TimeUnit.MINUTES).getStatus()).isEqualTo(Status.UNKNOWN);
            }
        } finally {
            database.answers.countDown();
        }
        Wait.until(() -> indicator.health().getStatus().equals(ATTENTION));
        assertThat(database.asked).hasValue(1);
    }

    @Test
    void whoAsksAllTheTimeHasThingsLookedAtEveryTenMinutes() {
        var indicator = indicator();
        database.answers.countDown();
        Wait.until(() -> indicator.health().getStatus().equals(ATTENTION));

        now.set(now.get().plus(Duration.ofMinutes(9)));
        indicator.health();
        assertThat(database.asked).hasValue(1);

        now.set(now.get().plus(Duration.ofMinutes(2)));
        indicator.health();
        Wait.until(() -> database.asked.get() == 2);
    }

    private static final class Hanging extends AbstractDataSource {

        private final AtomicInteger asked = new AtomicInteger();
        private final CountDownLatch answers = new CountDownLatch(1);

        @Override
        public Connection getConnection() throws SQLException {
            asked.incrementAndGet();
            try {
                answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new SQLException("the test's database answers nobody", "08001");
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return getConnection();
        }
    }
}
