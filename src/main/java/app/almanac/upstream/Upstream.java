package app.almanac.upstream;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.MDC;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/**
 * Bounds every call to another machine: a connect timeout, a total deadline that also ends a dripping answer, and no
 * redirects, which no upstream of ours has a reason to send.
 */
public final class Upstream {

    private static final Duration CONNECT = Duration.ofSeconds(1);

    private static final ExecutorService THREADS = threads();

    private Upstream() {}

    /** A virtual thread for each task, which logs under the request id of whoever started it. */
    public static ExecutorService threads() {
        return Executors.newThreadPerTaskExecutor(task -> {
            var context = MDC.getCopyOfContextMap();
            return Thread.ofVirtual()
                    .unstarted(
                            context == null
                                    ? task
                                    : () -> {
                                        MDC.setContextMap(context);
                                        task.run();
                                    });
        });
    }

    /** For Spring's {@code RestClient}: the whole exchange, body included, ends within {@code total}. */
    public static ClientHttpRequestFactory within(Duration total) {
        var client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        var factory = new JdkClientHttpRequestFactory(client, THREADS);
        factory.setReadTimeout(total);
        return factory;
    }

    /**
     * For vendors' clients, whose own timeouts are per read: runs the call on a virtual thread and interrupts it (which
     * closes its socket) at the deadline.
     *
     * @throws TimeoutException at the deadline
     * @throws ExecutionException when the call itself threw
     */
    public static <T> T within(Duration total, Callable<T> call)
            throws TimeoutException, ExecutionException, InterruptedException {
        var running = THREADS.submit(call);
        try {
            return running.get(total.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            running.cancel(true);
        }
    }
}
