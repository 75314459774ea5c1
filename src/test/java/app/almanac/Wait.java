package app.almanac;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits, for a minute at the most, for what happens beside the requests. */
public final class Wait {

    private Wait() {}

    public static void until(Callable<Boolean> condition) {
        patiently().until(condition);
    }

    /** The first answer that will do. */
    public static <T> T until(Callable<T> ask, Predicate<? super T> willDo) {
        return patiently().until(ask, willDo);
    }

    /** In the caller's thread, which browsers insist on. */
    private static ConditionFactory patiently() {
        return Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofMinutes(1));
    }
}
