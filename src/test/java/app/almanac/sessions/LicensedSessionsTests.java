package app.almanac.sessions;

import static app.almanac.sessions.Caller.body;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions as entities of FusionAuth, also while its entity API is not itself. */
class LicensedSessionsTests extends SessionServiceContract {

    LicensedSessionsTests() {
        super("licensed");
    }

    @AfterEach
    void allIsWell() {
        var fusionAuth = world.sandbox().fusionAuth();
        fusionAuth.entities("WELL");
        fusionAuth.postOfTakenEntityId("REFUSED");
        fusionAuth.entitySearchLag(Duration.ofMillis(300));
        fusionAuth.down(false);
        fusionAuth.delay(Duration.ZERO);
    }

    @Override
    List<String> stored() {
        return world.sandbox().fusionAuth().storedEntities();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERROR", "GARBLED", "EMPTY", "SOMEBODY_ELSES"})
    void anEntityApiThatMakesNoSenseIs503AndChangesNothing(String mood) {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", "before"));
        var before = stored();
        world.sandbox().fusionAuth().entities(mood);

        var answers = new java.util.ArrayList<Caller.Answer>();
        answers.add(shop.get(identifier));
        answers.add(shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", "after")));
        answers.add(shop.put(fresh(), body(idOf(ANA), token(ANA))));
        if (!mood.equals("EMPTY") && !mood.equals("SOMEBODY_ELSES")) {
            answers.add(shop.list("?userId=" + idOf(ANA)));
        }

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.contentType()).startsWith("application/problem+json");
        });
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(before);
        world.sandbox().fusionAuth().entities("WELL");
        assertThat(shop.get(identifier).field("indicator")).isEqualTo("before");
    }

    @Test
    void fusionAuthDownIs503QuicklyForEveryAddress() {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA)));
        world.sandbox().fusionAuth().down(true);
        var begun = Instant.now();

        assertThat(shop.get(identifier).status()).isEqualTo(503);
        assertThat(shop.put(identifier, body(idOf(ANA), token(ANA))).status()).isEqualTo(503);
        assertThat(shop.delete(identifier).status()).isEqualTo(503);
        assertThat(shop.list("?userId=" + idOf(ANA)).status()).isEqualTo(503);

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
        world.sandbox().fusionAuth().down(false);
        assertThat(shop.get(identifier).status()).isEqualTo(200);
    }

    @Test
    void fusionAuthHangingIs503WithinTheDeadline() {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA)));
        world.sandbox().fusionAuth().delay(Duration.ofSeconds(5));
        var begun = Instant.now();

        assertThat(shop.get(identifier).status()).isEqualTo(503);

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aLookUpNeverDependsOnTheSearchIndex() {
        world.sandbox().fusionAuth().entitySearchLag(Duration.ofHours(1));
        var identifier = fresh();

        assertThat(shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", identifier))
                        .status())
                .isEqualTo(201);
        assertThat(shop.get(identifier).status()).isEqualTo(200);
        assertThat(shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", "b"))
                        .status())
                .isEqualTo(200);
        assertThat(shop.get(identifier).field("indicator")).isEqualTo("b");
        assertThat(identifiers("?indicator=" + identifier)).isEmpty();
        shop.delete(identifier);
        assertThat(shop.get(identifier).status()).isEqualTo(404);
    }

    /** Whether POST of a taken id is refused is not documented: one record is left either way. */
    @ParameterizedTest
    @CsvSource({"REFUSED", "OVERWRITES"})
    void thereIsOneEntityWhateverPostOfATakenIdDoes(String behaviour) {
        world.sandbox().fusionAuth().postOfTakenEntityId(behaviour);
        var identifier = fresh();
        var body = body(idOf(ANA), token(ANA), "indicator", identifier);

        assertThat(atOnce(writer -> shop.put(identifier, body).status())).isSubsetOf(200, 201);

        Wait.until(() -> identifiers("?indicator=" + identifier).size() == 1);
        assertThat(stored().stream().filter(entity -> entity.contains("=" + identifier)))
                .hasSize(1);
    }

    /** By a clock that is ahead, so that the application's own sweep meanwhile takes none of them. */
    @Test
    void aSweepTakesABoundedNumberAndTheNextTakeTheRest() {
        world.sandbox().fusionAuth().entitySearchLag(Duration.ZERO);
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (int i = 0; i < 501; i++) {
            given(records().write(record(fresh(), "swept", now, now.plusSeconds(3600)), now));
        }

        assertThat(given(records().sweep(now.plusSeconds(86_400)))).isBetween(1, 500);

        Wait.until(() -> given(records().sweep(now.plusSeconds(86_400))) == 0);
        assertThat(stored()).noneMatch(entity -> entity.contains("\"=swept\""));
    }

    @Test
    void aLookUpAsksFusionAuthOnce() {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA)));
        var before = world.sandbox().fusionAuth().count("/api/entity/");

        shop.get(identifier);

        assertThat(world.sandbox().fusionAuth().count("/api/entity/")).isEqualTo(before + 1);
    }

    @Test
    void theFieldsCannotBeTakenForDatesOrNumbersByTheIndex() {
        shop.put(fresh(), body(idOf(ANA), token(ANA), "indicator", "2026-11-24"));

        assertThat(stored()).anyMatch(entity -> entity.contains("\"session_indicator\":\"=2026-11-24\""));
        assertThat(stored())
                .allMatch(entity -> entity.matches(".*\"data\":\\{(\"session_[a-z_]+\":(\"[^\"]*\"|[0-9]+),?)+}.*"));
    }
}
