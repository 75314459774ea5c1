package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sandbox.Nginx;

/**
 * Two instances on one PostgreSQL: each request goes to the one that the test says, or through docs/nginx.conf to each in
 * turn.
 */
class InstancesTests {

    private static final String EVENTS = "/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";

    private static World world;
    private static URI one;
    private static URI other;

    @BeforeAll
    static void start() {
        world = World.with("TRUSTED_PROXIES", "127.0.0.1", "SHUTDOWN_WAIT", "PT1S");
        one = world.url();
        other = world.secondInstance();
    }

    @BeforeEach
    void bothAreThere() {
        world.startSecondInstance(other);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void aSignInBegunAtOneInstanceEndsAtTheOther() {
        var ana = world.visitor().through(one).get("/login");

        ana.through(other).signIn("ana@example.com");

        assertThat(ana.at().getPath()).isEqualTo("/calendar");
        assertThat(ana.status()).isEqualTo(200);
        assertThat(ana.through(one).get("/accounts").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"hosted,ana.home@gmail.example", "direct,ana.work@work.example"})
    void aConnectionBegunAtOneInstanceEndsAtTheOtherAndIsSeenAtBothAtOnce(String route, String account) {
        var ana = world.signedIn("ana@example.com");
        ana.through(other).get("/calendar");
        ana.through(one).get("/calendar");
        ana.connect(route);

        ana.through(other).chooseAndAllow(account);

        assertThat(ana.outcome()).isEqualTo("connected");
        assertThat(ana.get("/calendar").accounts()).containsEntry(account, "connected");
        assertThat(ana.through(one).get("/calendar").accounts()).containsEntry(account, "connected");
    }

    @Test
    void aDisconnectionAtOneInstanceIsSeenAtTheOtherAtOnce() {
        var account = "ana.club@club.example";
        var tess = world.signedIn("tess@school.example").connect("direct").chooseAndAllow(account);
        assertThat(tess.through(other).get("/calendar").accounts()).containsKey(account);
        var id = tess.through(one).idOf(account);
        tess.submit(tess.form("/accounts/" + id + "/disconnection"), Map.of());

        tess.through(other);

        assertThat(tess.get("/calendar").accounts()).isEmpty();
    }

    @Test
    void whoSignsOutAtOneInstanceIsOutAtTheOtherWithTheCookieThatTheyHad() {
        var ana = world.signedIn("ana@example.com");
        var cookie = ana.cookie();
        assertThat(ana.through(other).get(EVENTS).status()).isEqualTo(200);

        ana.through(one).get("/accounts").submit(ana.form("/logout"), Map.of());

        assertThat(world.visitor().with(cookie).through(other).get(EVENTS).status())
                .isEqualTo(401);
    }

    @Test
    @EnabledIf("sandbox.Nginx#isHere")
    void aSignInThroughNginxBeginsAtOneInstanceAndEndsAtTheOther(@TempDir Path directory) {
        try (var proxy = Nginx.proxy(one, other, directory)) {
            var ana = world.visitor().through(proxy.url()).get("/login").signIn("ana@example.com");

            assertThat(ana.at().getPath()).isEqualTo("/calendar");
            assertThat(ana.status()).isEqualTo(200);
            servedByBoth(ana, "/login", "/login/oauth2/code/fusionauth");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosted", "direct"})
    @EnabledIf("sandbox.Nginx#isHere")
    void aConnectionThroughNginxBeginsAtOneInstanceAndEndsAtTheOther(String route, @TempDir Path directory) {
        try (var proxy = Nginx.proxy(one, other, directory)) {
            var account = "ben.home@gmail.example";
            var ben = world.signedIn("ben@example.com").through(proxy.url());

            ben.connect(route).chooseAndAllow(account);

            assertThat(ben.outcome()).isIn("connected", "reconnected");
            assertThat(ben.accounts()).containsEntry(account, "connected");
            servedByBoth(ben, "/accounts/connection", "/accounts/connection/" + route);
        }
    }

    @Test
    @EnabledIf("sandbox.Nginx#isHere")
    void whoSignsOutThroughNginxIsOutAtBoth(@TempDir Path directory) {
        try (var proxy = Nginx.proxy(one, other, directory)) {
            var ana = world.signedIn("ana@example.com").through(proxy.url());
            var cookie = ana.cookie();

            ana.get("/accounts").submit(ana.form("/logout"), Map.of());

            assertThat(ana.at().getPath()).isEqualTo("/");
            for (var instance : List.of(one, other)) {
                assertThat(world.visitor()
                                .with(cookie)
                                .through(instance)
                                .get(EVENTS)
                                .status())
                        .isEqualTo(401);
            }
        }
    }

    private static void servedByBoth(Visitor visitor, String begun, String ended) {
        assertThat(List.of(visitor.servedBy(begun), visitor.servedBy(ended)))
                .containsExactlyInAnyOrder("127.0.0.1:" + one.getPort(), "127.0.0.1:" + other.getPort());
    }

    @Test
    @EnabledIf("sandbox.Nginx#isHere")
    void throughNginxALimitFollowsTheClientsAddressWhateverTheClientClaims(@TempDir Path directory) {
        try (var proxy = Nginx.proxy(one, other, directory);
                var guesser = from("127.0.0.3");
                var somebody = from("127.0.0.4")) {
            assertThat(guesses(guesser, proxy.url())).contains(429);
            assertThat(guess(somebody, proxy.url(), "198.51.100.1")).isEqualTo(404);
        }
    }

    @Test
    void whereItCameFromIsBelievedOfTheNamedProxyAndOfNobodyElse() {
        try (var named = from("127.0.0.1");
                var guesser = from("127.0.0.5")) {
            assertThat(guesses(named, one)).containsOnly(404);
            assertThat(guesses(guesser, one)).contains(429);
        }
    }

    /** Wrong codes, each with another claim of where it comes from: enough for the limit in whatever ten minutes they fall. */
    private static List<Integer> guesses(HttpClient client, URI instance) {
        return IntStream.range(1, 23)
                .mapToObj(number -> guess(client, instance, "203.0.113." + number))
                .toList();
    }

    private static int guess(HttpClient client, URI instance, String claimed) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + instance.getPort() + "/join/zzzzzzzzzzzzzzzz"))
                .header("X-Forwarded-For", claimed)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .join()
                .statusCode();
    }

    private static HttpClient from(String address) {
        return HttpClient.newBuilder().localAddress(address(address)).build();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * This proxy does not look at readiness: it learns that an instance is gone by being refused. What had connected in that
     * moment it asks of the other again, but for POST, whose sender gets its 502: a few at most.
     */
    @Test
    @EnabledIf("sandbox.Nginx#isHere")
    void whileAnInstanceIsStoppedBehindNginxNoReaderGetsABrokenAnswerAndAChangeIsMadeOrToldToHaveFailed(
            @TempDir Path directory) {
        var ben = world.signedIn("ben@example.com").get("/devices");
        var form = ben.form("/name");
        var answers = new ConcurrentLinkedQueue<String>();
        var servers = new ConcurrentLinkedQueue<String>();
        var enough = new AtomicBoolean();
        try (var proxy = Nginx.proxy(one, other, directory);
                var browser = HttpClient.newHttpClient()) {
            var page = HttpRequest.newBuilder(proxy.url().resolve("/calendar"))
                    .header("Cookie", ben.cookie())
                    .build();
            var change = HttpRequest.newBuilder(proxy.url().resolve(form.attr("action")))
                    .header("Cookie", ben.cookie())
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "name=Laptop&_csrf=" + form.select("[name=_csrf]").val()))
                    .build();
            var readers = Stream.of(page, change, page, change, page, change)
                    .map(request -> CompletableFuture.runAsync(
                            () -> {
                                while (!enough.get()) {
                                    var answer = browser.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                                            .join();
                                    answers.add("%s %d %s"
                                            .formatted(
                                                    request.method(),
                                                    answer.statusCode(),
                                                    answer.headers()
                                                            .firstValue("Location")
                                                            .map(to -> URI.create(to)
                                                                    .getPath())
                                                            .orElse("")));
                                    servers.add(answer.headers()
                                            .firstValue("X-Served-By")
                                            .orElse(""));
                                }
                            },
                            Thread::startVirtualThread))
                    .toList();
            var stopped = "127.0.0.1:" + other.getPort();
            try {
                Wait.until(() -> servers.contains(stopped) || readers.stream().anyMatch(CompletableFuture::isDone));

                world.stopSecondInstance();

                var before = servers.size();
                Wait.until(
                        () -> servers.size() >= before + 50 || readers.stream().anyMatch(CompletableFuture::isDone));
            } finally {
                enough.set(true);
            }
            readers.forEach(CompletableFuture::join);
            assertThat(answers).contains("GET 200 ", "POST 302 /devices");
            assertThat(answers).isSubsetOf("GET 200 ", "POST 302 /devices", "POST 502 ");
            assertThat(Collections.frequency(answers, "POST 502 ")).isLessThanOrEqualTo(6);
            assertThat(ben.get("/devices").page().select("[data-current]").text())
                    .contains("Laptop");
        }
    }
}
