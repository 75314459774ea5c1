package app.almanac.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Who polls health while peers hang. */
class SetupHealthIndicatorTests {

    @Test
    void nobodyWaitsForAnExaminationThatSomebodyElseBegan() throws Exception {
        var database = new Hanging();
        var beans = new StaticListableBeanFactory();
        beans.addBean("dataSource", database);
        var indicator = new SetupHealthIndicator(new Doctor(beans), Clock.systemUTC());

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> indicator.health());
            try {
                database.asked.await();
                var second = threads.submit(() -> indicator.health());

                assertThat(second.get(1, TimeUnit.MINUTES).getStatus()).isEqualTo(Status.UNKNOWN);
            } finally {
                database.answers.countDown();
            }
            assertThat(first.get().getStatus()).isEqualTo(new Status("ATTENTION"));
            assertThat(indicator.health()).isEqualTo(first.get());
        }
    }

    private static final class Hanging extends AbstractDataSource {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answers = new CountDownLatch(1);

        @Override
        public Connection getConnection() throws SQLException {
            asked.countDown();
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
