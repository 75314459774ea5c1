package app.almanac.sessions;

import static app.almanac.sessions.Caller.body;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

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

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
        world.sandbox().fusionAuth().down(false);
        assertThat(shop.get(identifier).status()).isEqualTo(200);
    }

    @Test
    void fusionAuthHangingIs503WithinTheDeadline() {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA)));
        world.sandbox().fusionAuth().delay(Duration.ofSeconds(30));
        var begun = Instant.now();

        assertThat(shop.get(identifier).status()).isEqualTo(503);

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
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

    /** The transaction in which somebody else holds the lock of the record. */
    @Test
    void anEndedSessionThatSomebodyElseIsAtIs503AndBeginsAnewAfterwards() {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var ended = record(fresh(), "held", now.minusSeconds(7200), now.minusSeconds(3600));
        given(records().write(ended, now.minusSeconds(7200)));
        var anew = new SessionRecord(ended.id(), ended.person(), "held", now, now.plusSeconds(600), "key", "AAAA");

        world.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            world.bean(JdbcClient.class)
                    .sql("SELECT pg_advisory_xact_lock(hashtextextended(:id, 60))")
                    .param("id", anew.id().value().toString())
                    .query((row, number) -> true)
                    .single();
            assertThat(CompletableFuture.supplyAsync(() -> records().write(anew, now))
                            .orTimeout(1, TimeUnit.MINUTES)
                            .join())
                    .isInstanceOf(SessionRecords.Answer.Unavailable.class);
        });

        assertThat(given(records().write(anew, now)).isNew()).isTrue();
    }

    @Test
    void endingManyStopsWhereFusionAuthDoes() {
        world.sandbox().fusionAuth().entitySearchLag(Duration.ZERO);
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var till = "stopped " + fresh();
        for (int i = 0; i < 100; i++) {
            given(records().write(record(fresh(), till, now, now.plusSeconds(3600)), now));
        }
        world.sandbox().fusionAuth().entities("NO_DELETIONS");
        var before = world.sandbox().fusionAuth().count("/api/entity/");

        assertThat(given(records().end(new SessionFilter(null, till), 100, now)))
                .isEqualTo(new SessionRecords.Ending.Some(0, 100));

        assertThat(world.sandbox().fusionAuth().count("/api/entity/") - before).isLessThan(60);
    }

    @Test
    void aListIsReadByIdsAtOnceHoweverLongItIs() {
        world.sandbox().fusionAuth().entitySearchLag(Duration.ZERO);
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var till = "long " + fresh();
        for (int i = 0; i < 30; i++) {
            given(records().write(record(fresh(), till, now, now.plusSeconds(3600)), now));
        }
        var filter = new SessionFilter(null, till);
        var before = world.sandbox().fusionAuth().count("/api/entity/");

        assertThat(given(records().list(filter, 100, now)).records()).hasSize(30);

        assertThat(world.sandbox().fusionAuth().count("/api/entity/") - before).isLessThanOrEqualTo(2);
        world.sandbox().fusionAuth().entities("NO_READS_BY_IDS");
        assertThat(records().list(filter, 100, now)).isInstanceOf(SessionRecords.Answer.Unavailable.class);
    }

    @Test
    void aSessionUnderAnOlderKeyThatCannotBeDeletedIsNotCalledMoved() {
        var oldKey = setting("SESSIONS_KEY");
        var newKey = Base64.getEncoder().encodeToString(new byte[32]);
        var old = sessions(new SessionServiceSettings("token", oldKey, "", SOME_TYPE));
        var rotated = sessions(new SessionServiceSettings("token", newKey, oldKey, SOME_TYPE));
        var identifier = fresh();
        var request = SessionRequest.from(Caller.json(body(idOf(ANA), token(ANA))));
        begun(old.begin(identifier, request));
        world.sandbox().fusionAuth().entities("NO_DELETIONS");

        assertThat(rotated.begin(identifier, request)).isInstanceOf(BusinessSessions.Beginning.Unavailable.class);

        world.sandbox().fusionAuth().entities("WELL");
        assertThat(begun(rotated.begin(identifier, request)).isNew()).isFalse();
        assertThat(given(old.find(identifier))).isEmpty();
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
