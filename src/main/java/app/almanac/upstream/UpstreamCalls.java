package app.almanac.upstream;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import org.springframework.http.client.ClientHttpRequestInterceptor;

/**
 * Counts and times what other machines make of our calls: {@code almanac.upstream.calls}, by upstream, operation and
 * outcome. The tags are words of ours alone, never an address, an id or a name. It is kept in Micrometer's global
 * registry, which Spring Boot publishes, so that a gateway needs no registry to be built.
 */
public final class UpstreamCalls {

    /** What came of one call. {@code OK} is every answer that says something, also "there is none". */
    public enum Outcome {
        OK,
        /** Our credential, or what we asked for, was not accepted. */
        REFUSED,
        /** Asked to slow down: 429, and Google's 403 for the same. */
        BUSY,
        FAILED,
        NO_ANSWER,
        LATE,
        /** Not asked, since too many of our calls were in flight. */
        NO_PLACE;

        public static Outcome of(int status) {
            if (status == 429) {
                return BUSY;
            }
            if (status == 401 || status == 403) {
                return REFUSED;
            }
            return status < 500 ? OK : FAILED;
        }
    }

    private static final Duration[] LIMITS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(4)
    };

    private UpstreamCalls() {}

    /** One call that began at this {@link System#nanoTime()}. */
    public static void record(String upstream, String operation, Outcome outcome, long begun) {
        Timer.builder("almanac.upstream.calls")
                .description("Calls to other machines")
                .tag("upstream", upstream)
                .tag("operation", operation)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .serviceLevelObjectives(LIMITS)
                .register(Metrics.globalRegistry)
                .record(Duration.ofNanos(System.nanoTime() - begun));
    }

    /** For a {@code RestClient} that asks one thing only; the time is until the whole body is there. */
    public static ClientHttpRequestInterceptor counting(String upstream, String operation) {
        return (request, body, execution) -> {
            var begun = System.nanoTime();
            try {
                var response = execution.execute(request, body);
                record(upstream, operation, Outcome.of(response.getStatusCode().value()), begun);
                return response;
            } catch (IOException e) {
                record(upstream, operation, without(e), begun);
                throw e;
            }
        };
    }

    /** Which outcome a call has that brought no answer. */
    public static Outcome without(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof HttpTimeoutException || t instanceof SocketTimeoutException) {
                return Outcome.LATE;
            }
            if (t instanceof Upstream.NoPlaceFree) {
                return Outcome.NO_PLACE;
            }
        }
        return Outcome.NO_ANSWER;
    }
}
