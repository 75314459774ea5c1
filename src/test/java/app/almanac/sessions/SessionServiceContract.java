package app.almanac.sessions;

import static app.almanac.sessions.Caller.body;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.AccessTokens;
import app.almanac.fusionauth.PersonId;
import app.almanac.journeys.World;
import app.almanac.sessions.BusinessSessions.Beginning;
import app.almanac.sessions.SessionRecords.Answer;
import app.almanac.sessions.SessionRecords.Ending;
import app.almanac.sessions.SessionRecords.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the session service does, in either edition of FusionAuth: by its addresses, and in its records. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SessionServiceContract {

    static final String ANA = "ana@example.com";
    static final String BEN = "ben@example.com";
    static final UUID SOME_TYPE = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000041");
    private static final int WRITERS = 32;

    private final String edition;
    World world;
    Caller shop;

    SessionServiceContract(String edition) {
        this.edition = edition;
    }

    @BeforeAll
    void start() {
        world = World.with("FUSIONAUTH_EDITION", edition);
        shop = Caller.of(world);
    }

    @AfterAll
    void stop() {
        world.close();
    }

    /** Everything that is stored, as text. */
    abstract List<String> stored();

    @Test
    void aSessionIsBegunFoundAndEnded() {
        var identifier = fresh();
        var token = token(ANA);

        var begun = shop.put(
                identifier,
                body(idOf(ANA), token, "indicator", "shop 12", "metadata", Map.of("till", 7, "tags", List.of("a"))));
        assertThat(begun.status()).isEqualTo(201);
        var found = shop.get(identifier);
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json()).isEqualTo(begun.json());
        assertThat(names(found.json()))
                .containsExactlyInAnyOrder(
                        "identifier", "userId", "indicator", "accessToken", "createdAt", "expiresAt", "metadata");
        assertThat(found.field("identifier")).isEqualTo(identifier);
        assertThat(found.field("userId")).isEqualTo(idOf(ANA));
        assertThat(found.field("indicator")).isEqualTo("shop 12");
        assertThat(found.field("accessToken")).isEqualTo(token);
        assertThat(found.json().path("metadata").toString()).contains("\"till\":7", "\"tags\":[\"a\"]");
        assertThat(Instant.parse(found.field("createdAt")))
                .isBetween(Instant.now().minusSeconds(30), Instant.now());

        assertThat(shop.delete(identifier).status()).isEqualTo(204);
        assertThat(shop.get(identifier).status()).isEqualTo(404);
        assertThat(shop.get(identifier).contentType()).startsWith("application/problem+json");
        assertThat(shop.delete(identifier).status()).isEqualTo(204);
    }

    @Test
    void whatIsLeftOutIsNull() {
        var begun = shop.put(fresh(), body(idOf(ANA), token(ANA)));

        assertThat(begun.json().path("indicator").isNull()).isTrue();
        assertThat(begun.json().path("metadata").isNull()).isTrue();
    }

    @Test
    void theSamePersonsSessionGoesOnAndAnotherPersonsBeginsAnew() {
        var identifier = fresh();
        var first = shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", "a"));

        var again = shop.put(identifier, body(idOf(ANA), token(ANA), "indicator", "b"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.field("createdAt")).isEqualTo(first.field("createdAt"));
        assertThat(shop.get(identifier).field("indicator")).isEqualTo("b");

        var other = shop.put(identifier, body(idOf(BEN), token(BEN)));
        assertThat(other.status()).isEqualTo(201);
        assertThat(shop.get(identifier).field("userId")).isEqualTo(idOf(BEN));
    }

    @Test
    void theEarliestEndCounts() {
        var hour = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
        var rules = Map.of("weekday", "PT30M", "weekend", "PT30M", "timeZone", "Europe/Berlin");
        var long_ = token(ANA, Duration.ofHours(2), Map.of());

        assertThat(end(body(idOf(ANA), long_, "expiresAt", hour.toString()))).isEqualTo(hour);
        assertThat(end(body(idOf(ANA), long_))).isAfter(hour);
        assertThat(end(body(idOf(ANA), long_, "expiresAt", hour.toString(), "expiryRules", rules)))
                .isBefore(hour.minus(Duration.ofMinutes(29)))
                .isAfter(hour.minus(Duration.ofMinutes(32)));
        assertThat(end(body(idOf(ANA), token(ANA, Duration.ofMinutes(5), Map.of()), "expiryRules", rules)))
                .isBefore(hour.minus(Duration.ofMinutes(54)));
    }

    @Test
    void whatHasEndedIsNeverServedAndBeginsAnew() {
        var identifier = fresh();
        var end = world.clock().instant().plusSeconds(600);
        var body = body(idOf(ANA), token(ANA), "indicator", identifier, "expiresAt", end.toString());
        var first = shop.put(identifier, body);
        assertThat(first.status()).isEqualTo(201);
        Wait.until(() -> identifiers("?indicator=" + identifier).size() == 1);

        world.clock().forward(Duration.ofSeconds(601));
        try {
            assertThat(shop.get(identifier).status()).isEqualTo(404);
            assertThat(identifiers("?indicator=" + identifier)).isEmpty();
            var again = shop.put(identifier, body(idOf(ANA), token(ANA)));
            assertThat(again.status()).isEqualTo(201);
            assertThat(again.field("createdAt")).isNotEqualTo(first.field("createdAt"));
        } finally {
            world.clock().forward(Duration.ofSeconds(-601));
        }
    }

    @Test
    void listsAreByUserByIndicatorOrBothAndHoldNoToken() {
        var till = "till " + fresh();
        var first = fresh();
        var second = fresh();
        shop.put(first, body(idOf(ANA), token(ANA), "indicator", till));
        shop.put(second, body(idOf(BEN), token(BEN), "indicator", till));
        shop.put(fresh(), body(idOf(BEN), token(BEN), "indicator", till + "0"));

        Wait.until(() -> identifiers("?indicator=" + encoded(till)).size() == 2);

        assertThat(identifiers("?indicator=" + encoded(till))).containsExactlyInAnyOrder(first, second);
        assertThat(identifiers("?userId=" + idOf(ANA))).contains(first).doesNotContain(second);
        assertThat(identifiers("?userId=" + idOf(BEN) + "&indicator=" + encoded(till)))
                .containsExactly(second);
        assertThat(shop.list("?userId=" + idOf(ANA)).text()).doesNotContain("accessToken", "eyJ");
        assertThat(identifiers("?userId=" + UUID.randomUUID())).isEmpty();
    }

    @Test
    void whatWasEndedLeavesTheListsAtOnce() {
        var till = fresh();
        shop.put(till, body(idOf(ANA), token(ANA), "indicator", till));
        Wait.until(() -> identifiers("?indicator=" + till).size() == 1);

        shop.delete(till);

        assertThat(identifiers("?indicator=" + till)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "?userId=ana", "?indicator=", "?userId=", "?other=1"})
    void aListNeedsAFilterThatCanBeRead(String query) {
        var answer = shop.list(query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.contentType()).startsWith("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "ä", "a%2Fb", "a;b", "a,b", "a@b"})
    void anIdentifierIsOfTheContractsCharacters(String identifier) {
        var answer = shop.get(encoded(identifier).replace("+", "%20"));

        assertThat(answer.status()).isIn(400, 404);
        assertThat(shop.put(encoded(identifier).replace("+", "%20"), body(idOf(ANA), token(ANA)))
                        .status())
                .isIn(400, 404);
    }

    @Test
    void anIdentifierMayHaveTwoHundredCharactersAndNoMore() {
        var longest = "Az09._~-".repeat(25);

        assertThat(shop.put(longest, body(idOf(ANA), token(ANA))).status()).isEqualTo(201);
        assertThat(shop.get(longest).status()).isEqualTo(200);
        assertThat(shop.put(longest + "a", body(idOf(ANA), token(ANA))).status())
                .isEqualTo(400);
        shop.delete(longest);
    }

    @Test
    void aTokenThatIsNotThePersonsOwnGoodAccessTokenIs400() {
        var user = idOf(ANA);
        var good = token(ANA);
        var parts = good.split("\\.");
        var bad = new HashMap<String, String>();
        bad.put("garbage", "garbage");
        bad.put("no signature", parts[0] + "." + parts[1] + ".");
        bad.put("another payload", parts[0] + "." + token(BEN).split("\\.")[1] + "." + parts[2]);
        bad.put("no algorithm", "eyJhbGciOiJub25lIn0." + parts[1] + ".");
        bad.put("another person's", token(BEN));
        bad.put("ended", token(ANA, Duration.ofSeconds(-1), Map.of()));
        bad.put("another issuer", token(ANA, Duration.ofHours(1), Map.of("iss", "https://elsewhere.example")));
        bad.put(
                "another tenant",
                token(ANA, Duration.ofHours(1), Map.of("tid", UUID.randomUUID().toString())));
        bad.put("an odd tenant", token(ANA, Duration.ofHours(1), Map.of("tid", "odd")));
        bad.put("an ID token", token(ANA, Duration.ofHours(1), Map.of("nonce", "n")));
        bad.put("no end", token(ANA, Duration.ofHours(1), without("exp")));
        bad.put("nobody's", token(ANA, Duration.ofHours(1), without("sub")));
        bad.put("of an unknown key", Tokens.signedByAStranger(user, issuer()));
        bad.put("of an unknown key, again", Tokens.signedByAStranger(user, issuer()));
        bad.put("signed with a shared secret", Tokens.signedWithASharedSecret(user, issuer()));
        bad.forEach((what, token) -> {
            var identifier = fresh();
            var answer = shop.put(identifier, body(user, token));

            assertThat(answer.status()).as(what).isEqualTo(400);
            assertThat(answer.contentType()).startsWith("application/problem+json");
            assertThat(answer.text()).as(what).contains("accessToken").doesNotContain("eyJ");
            assertThat(shop.get(identifier).status()).isEqualTo(404);
        });
    }

    @Test
    void aTokenOfAnotherApplicationOfTheTenantIsWelcome() {
        var token =
                token(ANA, Duration.ofHours(1), Map.of("aud", UUID.randomUUID().toString()));

        assertThat(shop.put(fresh(), body(idOf(ANA), token)).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "userId|\"userId\":\"ana\"",
                "userId|\"userId\":7",
                "userId|\"userId\":null",
                "indicator|\"indicator\":\"\"",
                "indicator|\"indicator\":\"a\\u0000b\"",
                "indicator|\"indicator\":[]",
                "accessToken|\"accessToken\":\"\"",
                "expiresAt|\"expiresAt\":\"tomorrow\"",
                "expiresAt|\"expiresAt\":\"2036-11-24T10:00:00\"",
                "expiresAt|\"expiresAt\":\"2016-11-24T10:00:00Z\"",
                "expiryRules|\"expiryRules\":\"PT5H\"",
                "expiryRules.weekday|\"expiryRules\":{\"weekend\":\"PT5H\",\"timeZone\":\"UTC\"}",
                "expiryRules.weekday|\"expiryRules\":{\"weekday\":\"5h\",\"weekend\":\"PT5H\",\"timeZone\":\"UTC\"}",
                "expiryRules.weekend|\"expiryRules\":{\"weekday\":\"PT5H\",\"weekend\":\"-PT5H\",\"timeZone\":\"UTC\"}",
                "expiryRules.weekend|\"expiryRules\":{\"weekday\":\"PT5H\",\"weekend\":\"PT999999999H\",\"timeZone\":\"UTC\"}",
                "expiryRules.timeZone|\"expiryRules\":{\"weekday\":\"PT5H\",\"weekend\":\"PT5H\",\"timeZone\":\"Mars\"}",
                "expiryRules.timeZone|\"expiryRules\":{\"weekday\":\"PT5H\",\"weekend\":\"PT5H\"}",
                "metadata|\"metadata\":[1]",
                "metadata|\"metadata\":\"text\""
            })
    void aFieldThatCannotBeTakenIsNamed(String field, String json) {
        var body = body(idOf(ANA), token(ANA));
        body.putAll(Caller.object("{" + json + "}"));

        var answer = shop.put(fresh(), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).startsWith(field + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "{} {}", "null", "not json"})
    void aBodyThatIsNoObjectIs400(String body) {
        var answer = shop.putText(fresh(), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.contentType()).startsWith("application/problem+json");
    }

    @Test
    void tooMuchAtOnceIs413() {
        assertThat(shop.put(fresh(), body(idOf(ANA), "a".repeat(40_000))).status())
                .isEqualTo(413);
        assertThat(shop.put(fresh(), body(idOf(ANA), "a".repeat(9_000))).status())
                .isEqualTo(400);
        assertThat(shop.put(fresh(), body(idOf(ANA), token(ANA), "metadata", Map.of("a", "a".repeat(5_000))))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void withoutTheTokenNobodyIsServed() {
        var identifier = fresh();
        shop.put(identifier, body(idOf(ANA), token(ANA)));

        for (var stranger : List.of(shop.with(null), shop.with("wrong"), shop.with(""))) {
            assertThat(stranger.get(identifier).status()).isEqualTo(401);
            assertThat(stranger.get(identifier).contentType()).startsWith("application/problem+json");
            assertThat(stranger.get(identifier).challenge()).isEqualTo("Bearer");
            assertThat(stranger.put(identifier, body(idOf(ANA), token(ANA))).status())
                    .isEqualTo(401);
            assertThat(stranger.delete(identifier).status()).isEqualTo(401);
            assertThat(stranger.list("?userId=" + idOf(ANA)).status()).isEqualTo(401);
        }
        assertThat(shop.get(identifier).status()).isEqualTo(200);
    }

    @Test
    void nothingOfTheIdentifierTheTokenOrTheMetadataIsStoredInTheClear() {
        var identifier = fresh();
        var token = token(ANA);
        shop.put(identifier, body(idOf(ANA), token, "metadata", Map.of("note", "canary-of-metadata")));

        assertThat(stored())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain(identifier)
                        .doesNotContain(token)
                        .doesNotContain(token.split("\\.")[2])
                        .doesNotContain("canary-of-metadata"));
    }

    @Test
    void thirtyTwoWritersOfOneIdentifierLeaveOneRecord() {
        var identifier = fresh();
        var body = body(idOf(ANA), token(ANA), "indicator", identifier);

        var statuses = atOnce(writer -> written(identifier, body));

        assertThat(statuses).isSubsetOf(200, 201);
        Wait.until(() -> identifiers("?indicator=" + identifier).size() == 1);
        assertThat(identifiers("?indicator=" + identifier)).containsExactly(identifier);
    }

    @Test
    void thirtyTwoWritersOfDifferentIdentifiersAreAllCounted() {
        var till = fresh();

        var statuses = atOnce(writer -> written(till + writer, body(idOf(BEN), token(BEN), "indicator", till)));

        assertThat(statuses).isSubsetOf(200, 201);
        Wait.until(() -> identifiers("?indicator=" + till).size() == WRITERS);
        assertThat(identifiers("?indicator=" + till)).doesNotHaveDuplicates();
    }

    /** As a caller does, again where the answer was 503. */
    int written(String identifier, Map<String, Object> body) {
        int status;
        do {
            status = shop.put(identifier, body).status();
        } while (status == 503);
        return status;
    }

    @Test
    void writersWhoEndAndBeginAtOnceLeaveOneOrNone() {
        var identifier = fresh();
        var body = body(idOf(ANA), token(ANA), "indicator", identifier);

        var statuses = atOnce(writer -> writer % 3 == 0
                ? shop.delete(identifier).status()
                : shop.put(identifier, body).status());

        assertThat(statuses).isSubsetOf(200, 201, 204, 503);
        assertThat(shop.put(identifier, body).status()).isIn(200, 201);
        Wait.until(() -> identifiers("?indicator=" + identifier).size() == 1);
        assertThat(identifiers("?indicator=" + identifier)).containsExactly(identifier);
    }

    @Test
    void theSweepRemovesWhatHasEndedAndNothingElse() {
        var records = records();
        var now = now();
        var ended = record("ended" + fresh(), "swept", now.minusSeconds(7200), now.minusSeconds(3600));
        var valid = record("valid" + fresh(), "swept", now.minusSeconds(7200), now.plusSeconds(3600));
        given(records.write(ended, now.minusSeconds(7200)));
        given(records.write(valid, now));

        Wait.until(() -> {
            given(records.sweep(now));
            return given(records.find(ended.id())).isEmpty();
        });

        assertThat(given(records.find(valid.id()))).isPresent();
        records.delete(valid.id().value());
    }

    /** The sweep may have read the old record while a new session is being written in its place. */
    @Test
    void theSweepNeverTakesASessionThatBeginsAnewMeanwhile() {
        var records = records();
        for (int round = 0; round < 5; round++) {
            var now = now();
            var identifier = "anew" + fresh();
            given(records.write(
                    record(identifier, "anew", now.minusSeconds(7200), now.minusSeconds(3600)),
                    now.minusSeconds(7200)));
            var anew = record(identifier, "anew", now, now.plusSeconds(3600));

            atOnce(8, writer -> {
                if (writer % 2 == 0) {
                    records.sweep(now);
                } else {
                    Wait.until(() -> records.write(anew, now) instanceof Answer.Given<?>);
                }
                return 0;
            });

            Wait.until(() -> records.find(anew.id()) instanceof Answer.Given<?>);
            assertThat(given(records.find(anew.id()))).isPresent();
            records.delete(anew.id().value());
        }
    }

    @Test
    void endingManyNeedsTheirExactCount() {
        var records = records();
        var now = now();
        var till = "many " + fresh();
        var ids = new ArrayList<SessionId>();
        for (int i = 0; i < 5; i++) {
            var record = record(fresh(), till, now, now.plusSeconds(3600));
            given(records.write(record, now));
            ids.add(record.id());
        }
        var other = record(fresh(), till + "0", now, now.plusSeconds(3600));
        given(records.write(other, now));
        var filter = new SessionFilter(null, till);
        Wait.until(() -> given(records.list(filter, 10, now)).total() == 5);

        assertThat(given(records.end(filter, 4, now))).isEqualTo(new Ending.AnotherCount(5));
        assertThat(ids).allSatisfy(id -> assertThat(given(records.find(id))).isPresent());
        assertThat(given(records.end(filter, 5, now))).isEqualTo(new Ending.All(5));
        assertThat(ids).allSatisfy(id -> assertThat(given(records.find(id))).isEmpty());
        assertThat(given(records.find(other.id()))).isPresent();
        records.delete(other.id().value());
    }

    @Test
    void aListIsOfTheNewestAndTellsHowManyThereAre() {
        var records = records();
        var now = now();
        var till = "newest " + fresh();
        for (int i = 0; i < 4; i++) {
            given(records.write(record(fresh(), till, now.minusSeconds(i), now.plusSeconds(3600)), now));
        }
        var filter = new SessionFilter(null, till);
        Wait.until(() -> given(records.list(filter, 10, now)).total() == 4);

        Page page = given(records.list(filter, 2, now));

        assertThat(page.total()).isEqualTo(4);
        assertThat(page.records()).extracting(SessionRecord::createdAt).containsExactly(now, now.minusSeconds(1));
    }

    @Test
    void fusionAuthsKeysBeingAwayIsNotTheTokensFault() {
        try (var other = World.with("FUSIONAUTH_EDITION", edition)) {
            var identifier = fresh();
            var body = body(idOf(ANA), other.sandbox().fusionAuth().accessToken(ANA, Duration.ofHours(1), Map.of()));
            other.sandbox().fusionAuth().down(true);

            var answer = Caller.of(other).put(identifier, body);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.contentType()).startsWith("application/problem+json");
        }
    }

    /** The service with other keys than the running application's. */
    BusinessSessions sessions(SessionServiceSettings settings) {
        return new BusinessSessions(
                settings,
                records(),
                world.bean(AccessTokens.class),
                world.bean(JsonMapper.class),
                world.bean(Clock.class));
    }

    static Beginning.Begun begun(Beginning beginning) {
        return (Beginning.Begun) beginning;
    }

    SessionRecords records() {
        return world.bean(SessionRecords.class);
    }

    static SessionRecord record(String identifier, String indicator, Instant created, Instant expires) {
        var key = SessionKeyTests.key(9);
        var id = SessionId.of(identifier, key);
        return new SessionRecord(
                id,
                new PersonId(UUID.nameUUIDFromBytes(new byte[] {1})),
                indicator,
                created,
                expires,
                key.id(),
                "AAAA");
    }

    static <T> T given(Answer<T> answer) {
        if (answer instanceof Answer.Given<T>(var value)) {
            return value;
        }
        throw new AssertionError("not available");
    }

    String setting(String name) {
        return Objects.requireNonNull(world.sandbox().settings().get(name));
    }

    String idOf(String email) {
        return world.sandbox().fusionAuth().idOf(email).toString();
    }

    String token(String email) {
        return token(email, Duration.ofHours(1), Map.of());
    }

    String token(String email, Duration life, Map<String, Object> claims) {
        return world.sandbox().fusionAuth().accessToken(email, life, claims);
    }

    List<String> identifiers(String query) {
        var answer = shop.list(query);
        assertThat(answer.status()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("sessions").spliterator(), false)
                .map(session -> session.path("identifier").asString())
                .toList();
    }

    static String fresh() {
        return "device." + UUID.randomUUID();
    }

    static List<Integer> atOnce(IntUnaryOperator act) {
        return atOnce(WRITERS, act);
    }

    private static List<Integer> atOnce(int writers, IntUnaryOperator act) {
        try (var threads = Executors.newFixedThreadPool(writers)) {
            var tasks = IntStream.range(0, writers)
                    .<Callable<Integer>>mapToObj(writer -> () -> act.applyAsInt(writer))
                    .toList();
            var results = new ArrayList<Integer>();
            for (var result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Instant end(Map<String, Object> body) {
        var answer = shop.put(fresh(), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return Instant.parse(answer.field("expiresAt"));
    }

    private String issuer() {
        return setting("FUSIONAUTH_ISSUER");
    }

    private static Map<String, Object> without(String claim) {
        return Map.of(claim, "");
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
