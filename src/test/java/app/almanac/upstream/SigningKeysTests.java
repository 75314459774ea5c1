package app.almanac.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.Wait;
import app.almanac.upstream.SigningKeys.Periods;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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

    /** What nobody can look up is neither known nor unknown; what was known before stays good. */
    @ParameterizedTest
    @MethodSource("faults")
    void whileThePublisherIsBrokenAnUnknownKeyIsOneThatCannotBeHad(Fault fault) throws Exception {
        var key = new RSAKeyGenerator(2048).keyID("known").generate();
        var published = new JWKSet(key.toPublicJWK()).toString();
        try (var publisher = new FaultProxy(URI.create("http://localhost:1"))) {
            publisher.breaking(call -> true, Fault.status(200, "", published));
            var keys = SigningKeys.at("test", URI.create(publisher.url() + "/jwks.json"));
            assertThat(keys.get(called("known"), null)).hasSize(1);
            publisher.breaking(call -> true, fault);

            assertThatThrownBy(() -> keys.get(called("new"), null)).isInstanceOf(KeySourceException.class);

            assertThat(publisher.count("/jwks.json")).isEqualTo(2);
            assertThat(keys.get(called("known"), null)).hasSize(1);
        }
    }

    @Test
    void keysOutlastAnOutageThatIsLongerThanTheyAreKeptButNotEveryOutage() throws Exception {
        var published =
                new JWKSet(new RSAKeyGenerator(2048).keyID("known").generate().toPublicJWK()).toString();
        try (var publisher = new FaultProxy(URI.create("http://localhost:1"))) {
            publisher.breaking(call -> true, Fault.status(200, "", published));
            var periods = new Periods(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofMillis(1));
            var keys = SigningKeys.at("test", URI.create(publisher.url() + "/jwks.json"), periods);
            var known = called("known");
            assertThat(keys.get(known, null)).hasSize(1);

            publisher.breaking(call -> true, Fault.status(500, "", "{}"));
            var asked = publisher.count("/jwks.json");
            Wait.until(() -> hasKeys(keys, known) && publisher.count("/jwks.json") > asked);
            Wait.until(() -> !hasKeys(keys, known));

            publisher.breaking(call -> true, Fault.status(200, "", published));
            Wait.until(() -> hasKeys(keys, known));
        }
    }

    private static boolean hasKeys(JWKSource<SecurityContext> keys, JWKSelector selector) {
        try {
            return !keys.get(selector, null).isEmpty();
        } catch (KeySourceException cannotBeHad) {
            return false;
        }
    }

    @Test
    void aKeyThatAnAnsweringPublisherDoesNotHaveIsUnknown() throws Exception {
        var published =
                new JWKSet(new RSAKeyGenerator(2048).keyID("known").generate().toPublicJWK()).toString();
        try (var publisher = new FaultProxy(URI.create("http://localhost:1"))) {
            publisher.breaking(call -> true, Fault.status(200, "", published));
            var keys = SigningKeys.at("test", URI.create(publisher.url() + "/jwks.json"));

            assertThat(keys.get(called("new"), null)).isEmpty();
        }
    }

    private static JWKSelector called(String id) {
        return new JWKSelector(new JWKMatcher.Builder().keyID(id).build());
    }
}
