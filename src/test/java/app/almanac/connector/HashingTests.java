package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HashingTests {

    private static final Duration TOO_SHORT = Duration.ofMillis(4);

    private final Hashing hashing = new Hashing();

    @AfterEach
    void close() {
        hashing.destroy();
    }

    @Test
    void whatAWrongPasswordTookIsHeardAlsoWhenNobodyWaitsForItAnyMore() throws Exception {
        var late = new CompletableFuture<Duration>();

        assertThat(hashing.check(new Secret("wrong"), TOO_SHORT, late::complete, LegacyHash.DECOY))
                .isInstanceOf(Hashing.Result.Busy.class);

        assertThat(late.get(1, TimeUnit.MINUTES)).isGreaterThan(TOO_SHORT);
    }
}
