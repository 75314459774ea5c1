package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;

/** The door for FusionAuth's events, knocked at by FusionAuth and by others. */
class HookTests {

    private static final String TENANT = "a1a2a3a4-0000-4000-8000-000000000001";
    private static final String APPLICATION = "a1a2a3a4-0000-4000-8000-000000000002";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static World world;
    private static JdbcClient database;

    @BeforeAll
    static void start() {
        world = World.with();
        var settings = world.sandbox().settings();
        database = JdbcClient.create(new DriverManagerDataSource(
                String.valueOf(settings.get("DATABASE_URL")),
                String.valueOf(settings.get("DATABASE_USERNAME")),
                String.valueOf(settings.get("DATABASE_PASSWORD"))));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    /** An event that has an effect: a newcomer who is known afterwards. */
    private record Event(String id, UUID newcomer, String tenant, String application, String type, Instant at) {

        static Event fresh() {
            return new Event(
                    UUID.randomUUID().toString(),
                    UUID.randomUUID(),
                    TENANT,
                    APPLICATION,
                    "user.registration.create.complete",
                    Instant.now());
        }

        byte[] body() {
            return """
                    {"event":{"id":"%s","type":"%s","createInstant":%d,"tenantId":"%s","applicationId":"%s","info":{},
                     "registration":{"applicationId":"%s"},"user":{"id":"%s","email":"%s@example.com","data":{}}}}
                    """.formatted(id, type, at.toEpochMilli(), tenant, application, application, newcomer, newcomer)
                    .getBytes(StandardCharsets.UTF_8);
        }

        boolean tookEffect() {
            return database.sql("SELECT EXISTS (SELECT FROM inviter WHERE person_id = :person)")
                    .param("person", newcomer)
                    .query(Boolean.class)
                    .single();
        }
    }

    @Test
    void aSignedEventTakesEffectOnceHoweverOftenItComes() throws Exception {
        var event = Event.fresh();
        var knocks = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 32; i++) {
            knocks.add(() -> send(event.body(), signature(event.body())));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(knocks)) {
                assertThat(answer.get()).isEqualTo(204);
            }
        }

        assertThat(event.tookEffect()).isTrue();
        assertThat(database.sql("SELECT count(*) FROM invitation WHERE inviter_id = :person")
                        .param("person", event.newcomer())
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
    }

    @Test
    void withoutTheTokenOrWithTwoOrAnotherNobodyGetsIn() throws Exception {
        var event = Event.fresh();
        var token = String.valueOf(world.sandbox().settings().get("HOOK_TOKEN"));

        assertThat(sendWith(event, List.of())).isEqualTo(401);
        assertThat(sendWith(event, List.of("wrong"))).isEqualTo(401);
        assertThat(sendWith(event, List.of(token, token))).isEqualTo(401);
        assertThat(sendWith(event, List.of(token + "x"))).isEqualTo(401);
        assertThat(event.tookEffect()).isFalse();
    }

    @Test
    void aBodyThatDiffersByOneByteIsNotTheSignedOne() throws Exception {
        var event = Event.fresh();
        var signature = signature(event.body());
        var text = new String(event.body(), StandardCharsets.UTF_8);

        for (var other : List.of(text + " ", text.replace("\"info\":{}", "\"info\": {}"), "\uFEFF" + text)) {
            assertThat(send(other.getBytes(StandardCharsets.UTF_8), signature)).isEqualTo(401);
        }
        assertThat(event.tookEffect()).isFalse();
    }

    @Test
    void forgedSignaturesAreRefused() throws Exception {
        var event = Event.fresh();
        var body = event.body();
        var good = signature(body);
        var hash = hash(body);
        var sandbox = world.sandbox().fusionAuth();
        var forgeries = List.of(
                "",
                "x",
                good.substring(0, good.lastIndexOf('.') + 1),
                good + "A",
                good + "," + good,
                "x".repeat(7_000),
                header("{\"alg\":\"none\"}") + "." + good.split("\\.")[1] + ".",
                signedByAnotherKey(hash, "sandbox-fusionauth"),
                signedByAnotherKey(hash, "unknown"),
                signedByAnotherKey(hash, "unknown-too"),
                withThePublicKeyAsPassword(hash),
                sandbox.signed(Map.of(
                        "request_body_sha256", hash, "sub", UUID.randomUUID().toString())),
                sandbox.signed(Map.of("request_body_sha256", hash, "aud", APPLICATION)),
                sandbox.signed(Map.of("request_body_sha256", hash, "iss", "https://id.example")),
                sandbox.signed(Map.of("request_body_sha256", hash.toLowerCase(java.util.Locale.ROOT))),
                sandbox.signed(Map.of("request_body_sha256", List.of(hash))),
                sandbox.signed(Map.of("other", hash)));

        for (var forgery : forgeries) {
            assertThat(send(body, forgery)).as(forgery).isEqualTo(401);
        }
        assertThat(send(body, good, good)).isEqualTo(401);
        assertThat(send(body)).isEqualTo(401);
        assertThat(event.tookEffect()).isFalse();
        assertThat(send(body, good)).isEqualTo(204);
        assertThat(event.tookEffect()).isTrue();
    }

    @Test
    void anOldEventIsAReplayUnlessItIsKnown() throws Exception {
        var fresh = Event.fresh();
        var old = new Event(
                fresh.id(),
                fresh.newcomer(),
                TENANT,
                APPLICATION,
                fresh.type(),
                Instant.now().minusSeconds(660));
        assertThat(send(old.body(), signature(old.body()))).isEqualTo(401);
        assertThat(old.tookEffect()).isFalse();
        var future = new Event(
                fresh.id(),
                fresh.newcomer(),
                TENANT,
                APPLICATION,
                fresh.type(),
                Instant.now().plusSeconds(90));
        assertThat(send(future.body(), signature(future.body()))).isEqualTo(401);

        assertThat(send(fresh.body(), signature(fresh.body()))).isEqualTo(204);
        assertThat(send(old.body(), signature(old.body()))).isEqualTo(204);
    }

    @Test
    void whatIsNotOursIsLetPassAtOnce() throws Exception {
        var other = UUID.randomUUID().toString();
        var fresh = Event.fresh();
        var id = fresh.id();
        var longAgo = Instant.now().minusSeconds(86_400);
        var events = List.of(
                new Event(id, fresh.newcomer(), other, APPLICATION, fresh.type(), longAgo),
                new Event(id, fresh.newcomer(), TENANT, other, fresh.type(), longAgo),
                new Event(id, fresh.newcomer(), TENANT, other, "user.registration.create", longAgo),
                new Event(id, fresh.newcomer(), TENANT, APPLICATION, "no.such.type", longAgo));

        for (var event : events) {
            assertThat(send(event.body(), signature(event.body()))).isEqualTo(204);
        }
        assertThat(fresh.tookEffect()).isFalse();
    }

    @Test
    void aBodyBeyondTheCapIsNotTaken() throws Exception {
        var body = ("{\"event\":{\"padding\":\"" + "x".repeat(1 << 20) + "\"}}").getBytes(StandardCharsets.UTF_8);
        assertThat(send(body, signature(body))).isEqualTo(413);

        var event = Event.fresh();
        var large = large(event);
        assertThat(send(large, signature(large))).isEqualTo(413);
        assertThat(event.tookEffect()).isFalse();
    }

    @Test
    void whatIsNotOursIsLetPassHoweverLargeItIsAndHoweverItIsSigned() throws Exception {
        var fresh = Event.fresh();
        var other = UUID.randomUUID().toString();
        for (var event : List.of(
                new Event(fresh.id(), fresh.newcomer(), TENANT, other, "user.registration.create", fresh.at()),
                new Event(fresh.id(), fresh.newcomer(), other, APPLICATION, fresh.type(), fresh.at()),
                new Event(fresh.id(), fresh.newcomer(), TENANT, APPLICATION, "no.such.type", fresh.at()))) {
            assertThat(send(large(event), "not checked")).isEqualTo(204);
            assertThat(send(event.body(), "no signature")).isEqualTo(204);
        }
        assertThat(fresh.tookEffect()).isFalse();
    }

    @Test
    void whatIsNotOursDoesNotWaitForFusionAuthsKeys() throws Exception {
        var between = new AtomicReference<FaultProxy>();
        try (var own = World.behind(sandbox -> {
            between.set(new FaultProxy(sandbox.fusionAuth().url()));
            return Map.of("FUSIONAUTH_INTERNAL_URL", between.get().url().toString());
        })) {
            var proxy = between.get();
            proxy.breaking(call -> call.is("GET", "jwks"), Fault.hang());
            var ours = Event.fresh();
            var other = UUID.randomUUID().toString();
            var theirs = new Event(ours.id(), ours.newcomer(), TENANT, other, "user.registration.create", ours.at());

            assertThat(send(own, theirs.body(), own.sandbox().fusionAuth().signatureOf(theirs.body())))
                    .isEqualTo(204);
            assertThat(proxy.count("jwks")).isZero();
            assertThat(send(own, ours.body(), own.sandbox().fusionAuth().signatureOf(ours.body())))
                    .isEqualTo(503);
            assertThat(proxy.count("jwks")).isPositive();
            proxy.close();
        }
    }

    private static byte[] large(Event event) {
        return new String(event.body(), StandardCharsets.UTF_8)
                .replace("\"data\":{}", "\"data\":{\"much\":\"" + "x".repeat(1 << 20) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"event\":7}", "{\"event\":{}}", "not json"})
    void whatIsNoEventIsABadRequest(String text) throws Exception {
        var body = text.getBytes(StandardCharsets.UTF_8);

        assertThat(send(body, signature(body))).isEqualTo(400);
    }

    @Test
    void aNewSigningKeyIsTakenInAndTheKeysOutlastAnOutage() throws Exception {
        try (var own = World.with()) {
            var fusionAuth = own.sandbox().fusionAuth();
            var first = Event.fresh();
            assertThat(send(own, first.body(), fusionAuth.signatureOf(first.body())))
                    .isEqualTo(204);

            fusionAuth.rotateSigningKey("rotated");
            var second = Event.fresh();
            assertThat(send(own, second.body(), fusionAuth.signatureOf(second.body())))
                    .isEqualTo(204);

            fusionAuth.down(true);
            var third = Event.fresh();
            assertThat(send(own, third.body(), fusionAuth.signatureOf(third.body())))
                    .isEqualTo(204);
            assertThat(send(own, third.body(), signedByAnotherKey(hash(third.body()), "unknown")))
                    .isEqualTo(401);
        }
    }

    @Test
    void aDoorWithoutATokenDoesNotExistAndOneWithoutKeysIsNotAnswered2xx() throws Exception {
        try (var own = World.with("HOOK_TOKEN", "")) {
            var body = Event.fresh().body();
            assertThat(send(own, body, own.sandbox().fusionAuth().signatureOf(body)))
                    .isEqualTo(404);
        }
        try (var own = World.with()) {
            own.sandbox().fusionAuth().down(true);
            var body = Event.fresh().body();
            assertThat(send(own, body, own.sandbox().fusionAuth().signatureOf(body)))
                    .isEqualTo(503);
        }
    }

    private static String signature(byte[] body) {
        return world.sandbox().fusionAuth().signatureOf(body);
    }

    private static int send(byte[] body, String... signatures) throws IOException, InterruptedException {
        return send(world, body, signatures);
    }

    private static int send(World at, byte[] body, String... signatures) throws IOException, InterruptedException {
        var request = request(at, body)
                .header("X-Hook-Token", String.valueOf(at.sandbox().settings().get("HOOK_TOKEN")));
        for (var signature : signatures) {
            request.header("x-fusionauth-signature-jwt", signature);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int sendWith(Event event, List<String> tokens) throws IOException, InterruptedException {
        var request = request(world, event.body()).header("X-FusionAuth-Signature-JWT", signature(event.body()));
        tokens.forEach(token -> request.header("X-Hook-Token", token));
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest.Builder request(World at, byte[] body) {
        return HttpRequest.newBuilder(at.url().resolve("/fusionauth/events"))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static String header(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] body) throws NoSuchAlgorithmException {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
    }

    private static String signedByAnotherKey(String hash, String keyId) throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(), claims(hash));
        token.sign(new RSASSASigner(new RSAKeyGenerator(2048).generate()));
        return token.serialize();
    }

    /** The classic confusion: the public key, which everybody has, taken for the password of an HMAC. */
    private static String withThePublicKeyAsPassword(String hash)
            throws IOException, InterruptedException, JOSEException, ParseException {
        var keys = HTTP.send(
                HttpRequest.newBuilder(world.sandbox().fusionAuth().url().resolve("/.well-known/jwks.json"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        var key = JWKSet.parse(keys.body()).getKeys().getFirst();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims(hash));
        token.sign(new MACSigner(key.toRSAKey().toPublicKey().getEncoded()));
        return token.serialize();
    }

    private static JWTClaimsSet claims(String hash) {
        return new JWTClaimsSet.Builder().claim("request_body_sha256", hash).build();
    }
}
