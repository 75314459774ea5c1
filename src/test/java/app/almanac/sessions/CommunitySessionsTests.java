package app.almanac.sessions;

import static app.almanac.sessions.Caller.body;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.journeys.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.TaskScheduler;
import tools.jackson.databind.JsonNode;

/** Sessions in PostgreSQL. */
class CommunitySessionsTests extends SessionServiceContract {

    CommunitySessionsTests() {
        super("community");
    }

    @Override
    List<String> stored() {
        return world.bean(JdbcClient.class)
                .sql("SELECT business_session::text FROM business_session")
                .query((row, number) -> String.valueOf(row.getString(1)))
                .list();
    }

    @Test
    void exactlyOneOfManyWritersBeginsTheSessionAndTheOthersGoOnWithIt() {
        var identifier = fresh();
        var body = body(idOf(ANA), token(ANA));

        var statuses = atOnce(writer -> written(identifier, body));

        assertThat(Collections.frequency(statuses, 201)).isOne();
        assertThat(Collections.frequency(statuses, 200)).isEqualTo(statuses.size() - 1);
    }

    @Test
    void aChangedRecordIsNeitherServedNorCalledInvalid() {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", identifier));

        changed("expires_at = expires_at + interval '1 year'", identifier);

        assertThat(shop.get(identifier).status()).isEqualTo(503);
    }

    @Test
    void aKeyThatWasReplacedStillOpensUntilItIsTakenAway() {
        var oldKey = setting("SESSIONS_KEY");
        var newKey = Base64.getEncoder().encodeToString(new byte[32]);
        var old = sessions(new SessionServiceSettings("token", oldKey, "", SOME_TYPE));
        var rotated = sessions(new SessionServiceSettings("token", newKey, oldKey, SOME_TYPE));
        var alone = sessions(new SessionServiceSettings("token", newKey, "", SOME_TYPE));
        var identifier = fresh();
        var request = SessionRequest.from(Caller.json(body(idOf(ANA), token(ANA), "indicator", identifier)));
        var first = begun(old.begin(identifier, request));

        assertThat(given(rotated.find(identifier)).orElseThrow().accessToken()).isEqualTo(request.accessToken());
        assertThat(given(alone.find(identifier))).isEmpty();
        assertThat(given(alone.list(new SessionFilter(null, identifier))).sessions())
                .isEmpty();

        var again = begun(rotated.begin(identifier, request));
        assertThat(again.isNew()).isFalse();
        assertThat(again.session().createdAt()).isEqualTo(first.session().createdAt());
        assertThat(given(old.find(identifier))).isEmpty();
        assertThat(given(rotated.list(new SessionFilter(null, identifier))).sessions())
                .hasSize(1);
        assertThat(rotated.end(identifier)).isTrue();
        assertThat(given(rotated.find(identifier))).isEmpty();
    }

    @Test
    void endingReachesASessionUnderAnOlderKey() {
        var oldKey = setting("SESSIONS_KEY");
        var newKey = Base64.getEncoder().encodeToString(new byte[32]);
        var old = sessions(new SessionServiceSettings("token", oldKey, "", SOME_TYPE));
        var rotated = sessions(new SessionServiceSettings("token", newKey, oldKey, SOME_TYPE));
        var identifier = fresh();
        begun(old.begin(identifier, SessionRequest.from(Caller.json(body(idOf(ANA), token(ANA))))));

        rotated.end(identifier);

        assertThat(given(old.find(identifier))).isEmpty();
    }

    @Test
    void aTaskThatTakesLongHoldsUpNoOther() throws Exception {
        var scheduler = world.bean(TaskScheduler.class);
        var other = new CountDownLatch(1);
        var slow = scheduler.scheduleWithFixedDelay(() -> awaited(other), Duration.ofHours(1));
        var quick =
                scheduler.scheduleWithFixedDelay(other::countDown, Instant.now().plusMillis(100), Duration.ofHours(1));

        assertThat(other.await(1, TimeUnit.MINUTES)).isTrue();

        slow.cancel(true);
        quick.cancel(true);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void withoutTokenAndKeyThereIsNoService() {
        try (var other = World.with("SESSIONS_TOKEN", "", "SESSIONS_KEY", "")) {
            var stranger = Caller.of(other);

            for (var answer : List.of(
                    stranger.get("a"),
                    stranger.list("?userId=" + idOf(ANA)),
                    stranger.delete("a"),
                    stranger.put("a", body(idOf(ANA), token(ANA))),
                    stranger.with(null).get("a"),
                    stranger.with("").get("a"))) {
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.contentType()).startsWith("application/problem+json");
            }
        }
    }

    @Test
    void theOpenApiDescriptionSaysWhatIsThere() throws Exception {
        var description = Caller.yaml(Files.readString(Path.of("docs/sessions.openapi.yaml")));
        var schemas = description.path("components").path("schemas");
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", identifier));

        var listed =
                shop.list("?indicator=" + identifier).json().path("sessions").get(0);
        assertThat(texts(schemas.path("ListedSession").path("required")))
                .containsExactlyInAnyOrderElementsOf(names(listed));
        assertThat(names(shop.get(identifier).json()))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(names(listed).stream(), Stream.of("accessToken"))
                        .toList());
        assertThat(names(description.path("paths").path("/api/sessions/{identifier}")))
                .containsExactlyInAnyOrder("parameters", "put", "get", "delete");
        assertThat(names(description.path("paths").path("/api/sessions"))).containsExactly("get");
        assertThat(shop.list("?userId=" + idOf(ANA)).json().propertyNames())
                .allSatisfy(name -> assertThat(names(schemas.path("Sessions").path("properties")))
                        .contains(name));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    /** The log of requests, which an operator may switch on, has the form of an address and never what stands in it. */
    @Test
    void theLogOfRequestsDoesNotNameIdentifiers(@TempDir Path directory) throws Exception {
        var identifier = fresh();
        try (var other = World.with(
                "server.tomcat.accesslog.enabled", "true",
                "server.tomcat.accesslog.directory", directory.toString(),
                "server.tomcat.accesslog.buffered", "false")) {
            var caller = Caller.of(other);
            caller.get(identifier);
            caller.with("wrong").delete(identifier);
            caller.list("?indicator=" + identifier);
            caller.get(identifier + "!");
            Wait.until(() -> text(directory).contains("/api/sessions/{identifier}"));
        }

        assertThat(text(directory)).contains("GET", "DELETE", "404", "401").doesNotContain(identifier);
    }

    private static String text(Path directory) {
        try (var files = Files.list(directory)) {
            var text = new StringBuilder();
            for (var file : files.toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void changed(String what, String indicator) {
        assertThat(world.bean(JdbcClient.class)
                        .sql("UPDATE business_session SET " + what + " WHERE indicator = :indicator")
                        .param("indicator", indicator)
                        .update())
                .isOne();
    }
}
