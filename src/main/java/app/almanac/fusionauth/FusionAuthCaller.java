package app.almanac.fusionauth;

import app.almanac.upstream.Upstream;
import app.almanac.upstream.UpstreamCalls;
import app.almanac.upstream.UpstreamCalls.Outcome;
import com.inversoft.error.Errors;
import com.inversoft.rest.ClientResponse;
import io.fusionauth.client.FusionAuthClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Turns an answer of FusionAuth's client, which never throws, into a status and a value, within a deadline. Nothing of
 * the client is logged: its objects print tokens and request bodies.
 */
@Component
class FusionAuthCaller {

    /** No status: FusionAuth could not be reached, was too slow, or answered what is no JSON of its own. */
    static final int NO_ANSWER = -1;

    record Answer<T>(int status, @Nullable T value) {

        boolean is(int expected) {
            return status == expected;
        }

        boolean succeeded() {
            return status >= 200 && status < 300;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(FusionAuthCaller.class);

    private final FusionAuthClient client;

    FusionAuthCaller(FusionAuthSettings settings) {
        this.client = new FusionAuthClient(
                settings.apiKey(),
                settings.internalUrl().toString(),
                1000,
                2000,
                settings.tenantId().toString());
    }

    <T> Answer<T> call(String what, Duration deadline, Function<FusionAuthClient, ClientResponse<T, Errors>> request) {
        var begun = System.nanoTime();
        try {
            var response = Upstream.within(deadline, () -> request.apply(client));
            var status = response.exception == null ? response.status : NO_ANSWER;
            count(what, status == NO_ANSWER ? Outcome.NO_ANSWER : Outcome.of(status), begun);
            if (status == 401 || status == 403) {
                log.error("FusionAuth refuses our API key for {}: status {}", what, status);
            } else if (status == NO_ANSWER || status >= 500 || status == 429) {
                log.warn("FusionAuth did not answer {}: status {}", what, status);
            }
            return new Answer<>(status, response.successResponse);
        } catch (TimeoutException e) {
            count(what, Outcome.LATE, begun);
            log.warn("FusionAuth did not answer {} within {} ms", what, deadline.toMillis());
        } catch (ExecutionException e) {
            count(what, Outcome.NO_ANSWER, begun);
            log.warn("FusionAuth could not be asked {}: {}", what, e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Answer<>(NO_ANSWER, null);
    }

    private static void count(String what, Outcome outcome, long begun) {
        UpstreamCalls.record("fusionauth", what, outcome, begun);
    }
}
