package app.almanac.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.Wait;
import app.almanac.fusionauth.PersonId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import sandbox.Database;

class RoleRecordsTests {

    /** While FusionAuth is slow, changes of roles wait for it with a connection each. */
    @Test
    void howeverManyChangeRolesAtOnceConnectionsAreLeftForEverybodyElse() throws Exception {
        try (var database = Database.migrated();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var source = database.dataSource();
            var records = new RoleRecords(
                    JdbcClient.create(source), new TransactionTemplate(new JdbcTransactionManager(source)));
            var inside = new AtomicInteger();
            var fusionAuthAnswers = new CountDownLatch(1);
            var changes = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 40; i++) {
                var person = "person " + i;
                changes.add(threads.submit(() -> records.alone(List.of(person), Duration.ofMinutes(1), () -> {
                    inside.incrementAndGet();
                    await(fusionAuthAnswers);
                    return 1;
                })));
            }
            try {
                Wait.until(() -> inside.get() == 5);

                assertThat(records.of(new PersonId(UUID.randomUUID()))).isEqualTo(RoleRecords.Known.NOTHING);
                assertThatThrownBy(() -> records.alone(List.of("one more"), Duration.ofMillis(50), () -> 1))
                        .isInstanceOf(PessimisticLockingFailureException.class);
                assertThat(inside).hasValue(5);
            } finally {
                fusionAuthAnswers.countDown();
            }
            for (var change : changes) {
                assertThat(change.get()).isOne();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
