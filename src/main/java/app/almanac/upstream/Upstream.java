package app.almanac.upstream;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.MDC;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * The one way to another machine, under every vendor's client. A call has a connect timeout, a total deadline that also
 * ends a dripping answer, a size at which reading stops, and a place among the calls in flight to its host: where there
 * is none it fails at once instead of queueing. Nothing is repeated here and no redirect is followed.
 */
public final class Upstream {

    /** Our own bound on the calls in flight to one host, and nothing that the host did. */
    public static final class NoPlaceFree extends IOException {

        private static final long serialVersionUID = 1L;
    }

    /** Enough for a page of a thousand events; answers of other kinds are far smaller. */
    public static final int LARGEST = 5 << 20;

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final int IN_FLIGHT = 200;

    static {
        // The JDK's client repeats on its own what got no answer, which doubles an outage's calls. Where to repeat is
        // decided in one place, not here; so that a call never meets a connection that the other side has closed,
        // connections are kept for less long than servers keep them.
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.keepalive.timeout", "4");
        System.setProperty("jdk.httpclient.keepalive.timeout.h2", "60");
    }

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private static final ExecutorService THREADS = threads();
    private static final Map<String, Semaphore> PLACES = new ConcurrentHashMap<>();

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
        return (uri, method) -> new BoundedRequest(uri, method, total);
    }

    /**
     * For what is no HTTP: runs the call on a virtual thread and interrupts it (which closes its socket) at the deadline.
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

    /**
     * Sends and reads all of the answer.
     *
     * @throws HttpTimeoutException at the deadline
     * @throws NoPlaceFree when too many calls to the host are in flight; it was not asked
     * @throws IOException when there is no answer, or it is larger than {@link #LARGEST}
     */
    public static HttpResponse<byte[]> send(HttpRequest request, Duration total) throws IOException {
        var places = PLACES.computeIfAbsent(
                String.valueOf(request.uri().getRawAuthority()), host -> new Semaphore(IN_FLIGHT));
        if (!places.tryAcquire()) {
            throw new NoPlaceFree();
        }
        try {
            return bounded(request, total);
        } finally {
            places.release();
        }
    }

    /** HTTP/2 only where TLS negotiates it: asking for it in plain text is what some servers cannot bear. */
    public static HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address)
                .version("https".equals(address.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    }

    private static HttpResponse<byte[]> bounded(HttpRequest request, Duration total) throws IOException {
        var exchange = CLIENT.sendAsync(request, head -> new BoundedBody(LARGEST));
        try {
            return exchange.get(total.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer within " + total.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException("the call failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            exchange.cancel(true);
        }
    }
}
