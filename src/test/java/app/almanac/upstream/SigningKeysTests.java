package app.almanac.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;

/** Signing keys that were never had, while whoever publishes them is broken. */
class SigningKeysTests {

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.reset(),
                Fault.hang(),
                Fault.drip(),
                Fault.status(500, "", "{}"),
                Fault.status(429, "Retry-After: 7\r\n", "{}"),
                Fault.status(403, "", "{}"),
                Fault.html(),
                Fault.truncated(),
                Fault.huge(new AtomicLong()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void keysThatCannotBeHadAreSaidToBeMissingInTimeAndAreNotAskedForAgainAndAgain(Fault fault) {
        try (var publisher = new FaultProxy(URI.create("http://localhost:1"))) {
            publisher.breaking(call -> true, fault);
            var keys = SigningKeys.at("test", URI.create(publisher.url() + "/jwks.json"));
            var any = new JWKSelector(new JWKMatcher.Builder().build());

            for (int i = 0; i < 10; i++) {
                var begun = System.nanoTime();
                assertThatThrownBy(() -> keys.get(any, null)).isInstanceOf(KeySourceException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            }

            assertThat(publisher.count("/jwks.json")).isLessThanOrEqualTo(2);
        }
    }
}
