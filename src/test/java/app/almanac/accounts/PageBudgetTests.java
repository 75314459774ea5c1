package app.almanac.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How long a page waits: long enough that a busy machine changes nothing about which of the two it was. */
class PageBudgetTests {

    private static final PageBudget BUDGET = new PageBudget(Duration.ofSeconds(5));
    private static final Future<String> WELL = CompletableFuture.completedFuture("well");
    private static final Future<String> BROKEN = CompletableFuture.failedFuture(new IllegalStateException("planted"));
    private static final Future<String> HANGING = new CompletableFuture<>();

    @Test
    void whereMoreThanHalfHaveAnsweredTheOthersAreWaitedForForThreeFifthsOfIt() {
        assertThat(waitedFor(BROKEN, HANGING, WELL)).isBetween(Duration.ofMillis(900), Duration.ofMillis(2900));
    }

    @Test
    void whereHalfOrMoreAreMissingTheWholeOfItIsWaitedFor() {
        assertThat(waitedFor(HANGING)).isGreaterThan(Duration.ofMillis(2900));
        assertThat(waitedFor(HANGING, WELL)).isGreaterThan(Duration.ofMillis(2900));
    }

    @Test
    void nobodyWaitsWhereAllHaveAnswered() {
        assertThat(waitedFor()).isLessThan(Duration.ofMillis(900));
        assertThat(waitedFor(WELL, BROKEN)).isLessThan(Duration.ofMillis(900));
    }

    /** By a page that began two seconds ago. */
    private static Duration waitedFor(Future<?>... accounts) {
        var now = System.nanoTime();
        BUDGET.await(List.of(accounts), now - Duration.ofSeconds(2).toNanos());
        return Duration.ofNanos(System.nanoTime() - now);
    }
}
