package app.almanac.fusionauth;

import app.almanac.upstream.UpstreamCalls;
import app.almanac.upstream.UpstreamCalls.Outcome;
import com.inversoft.error.Errors;
import com.inversoft.rest.ClientResponse;
import io.fusionauth.client.FusionAuthClient;
import java.time.Duration;
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

    private final FusionAuthSettings settings;

    FusionAuthCaller(FusionAuthSettings settings) {
        this.settings = settings;
    }

    <T> Answer<T> call(String what, Duration deadline, Function<FusionAuthClient, ClientResponse<T, Errors>> request) {
        var begun = System.nanoTime();
        var response = request.apply(new BoundedClient(settings, deadline));
        if (response.exception != null) {
            count(what, UpstreamCalls.without(response.exception), begun);
            log.warn(
                    "FusionAuth did not answer {}: {}",
                    what,
                    response.exception.getClass().getSimpleName());
            return new Answer<>(NO_ANSWER, null);
        }
        var status = response.status;
        count(what, Outcome.of(status), begun);
        if (status == 401 || status == 403) {
            log.error("FusionAuth refuses our API key for {}: status {}", what, status);
        } else if (status >= 500 || status == 429) {
            log.warn("FusionAuth did not answer {}: status {}", what, status);
        }
        return new Answer<>(status, response.successResponse);
    }

    private static void count(String what, Outcome outcome, long begun) {
        UpstreamCalls.record("fusionauth", what, outcome, begun);
    }
}
