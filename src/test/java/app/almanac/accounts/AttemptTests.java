package app.almanac.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a return must match to be an attempt's. */
class AttemptTests {

    private static final Instant BEGUN = Instant.parse("2026-11-24T12:00:00Z");
    private final PersonId ana = new PersonId(UUID.randomUUID());
    private final Attempt attempt = Attempt.begin(Route.DIRECT, ana, null, List.of(), List.of(), BEGUN, BEGUN);

    @Test
    void itIsAnsweredWithinTenMinutesAndNotAfter() {
        assertThat(attempt.isAnsweredBy(
                        Route.DIRECT,
                        ana,
                        attempt.state(),
                        BEGUN.plus(Duration.ofMinutes(10).minusSeconds(1))))
                .isTrue();
        assertThat(attempt.isAnsweredBy(Route.DIRECT, ana, attempt.state(), BEGUN.plus(Duration.ofMinutes(10))))
                .isFalse();
    }

    @Test
    void itIsAnsweredOnItsOwnRouteByItsOwnPersonWithItsOwnState() {
        assertThat(attempt.isAnsweredBy(Route.HOSTED, ana, attempt.state(), BEGUN))
                .isFalse();
        assertThat(attempt.isAnsweredBy(Route.DIRECT, new PersonId(UUID.randomUUID()), attempt.state(), BEGUN))
                .isFalse();
        assertThat(attempt.isAnsweredBy(Route.DIRECT, ana, attempt.nonce(), BEGUN))
                .isFalse();
        assertThat(attempt.isAnsweredBy(Route.DIRECT, ana, null, BEGUN)).isFalse();
    }

    @Test
    void itPrintsNothingOfItsSecrets() {
        assertThat(attempt.toString())
                .doesNotContain(attempt.state(), attempt.nonce(), attempt.codeVerifier(), ana.toString());
    }
}
