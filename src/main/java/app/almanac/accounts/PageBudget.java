package app.almanac.accounts;

import app.almanac.settings.BadSetting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How long a page waits for accounts ({@code CALENDAR_BUDGET}); what takes longer is shown as loading. Where more than
 * half of the accounts have answered, whatever they said, three fifths of that are enough.
 */
@ConfigurationProperties("almanac")
public record PageBudget(Duration calendarBudget) {

    public PageBudget {
        BadSetting.positive("CALENDAR_BUDGET", calendarBudget);
    }

    /** Waits for these, for a page that began then by {@link System#nanoTime}; who is not done afterwards is too slow. */
    public void await(List<? extends Future<?>> accounts, long begun) {
        awaitUntil(accounts, begun + calendarBudget.multipliedBy(3).dividedBy(5).toNanos());
        if (accounts.stream().filter(Future::isDone).count() * 2 <= accounts.size()) {
            awaitUntil(accounts, begun + calendarBudget.toNanos());
        }
    }

    private static void awaitUntil(List<? extends Future<?>> accounts, long deadline) {
        for (var account : accounts) {
            try {
                account.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // whoever takes the answer sees which
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
