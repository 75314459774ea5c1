package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** More work than there is room for, and being told to stop while at work. */
class AdmissionTests {

    /** A request at work for as long as its body does not come. */
    private record Held(Socket socket) {

        String end() throws IOException {
            try (socket) {
                socket.getOutputStream().write("x=1".getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    /** Of twenty places strangers have 16, readers 20, who signs in 22, machines and who signs out 25. */
    @Test
    void whatFindsNoPlaceIsSentAwayAtOnceAndStrangersFirst() throws Exception {
        try (var world = World.with("REQUESTS_AT_ONCE", "20", "server.tomcat.connection-timeout", "10m")) {
            var cookie = world.signedIn("ana@example.com").cookie();
            var held = new ArrayList<Held>();

            hold(world, held, 15, "/join/held", "");
            assertThat(status(world, "GET", "/", "")).isEqualTo(200);
            hold(world, held, 16, "/join/held", "");
            var begun = System.nanoTime();
            var stranger = world.visitor().get("/");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            assertThat(stranger.status()).isEqualTo(503);
            assertThat(stranger.header("Retry-After")).isNotBlank();
            assertThat(stranger.page().select("h1").text()).isNotBlank();
            assertThat(status(world, "GET", "/loginx", "")).isEqualTo(503);
            assertThat(status(world, "POST", "/login", "")).isEqualTo(503);
            assertThat(status(world, "POST", "/assets/css/app.css", "")).isEqualTo(503);

            assertThat(status(world, "GET", "/accounts", cookie)).isEqualTo(200);
            hold(world, held, 20, "/accounts", cookie);
            assertThat(status(world, "GET", "/accounts", cookie)).isEqualTo(503);
            assertThat(status(world, "GET", "/accounts/connection", cookie)).isEqualTo(503);

            assertThat(status(world, "GET", "/login", "")).isEqualTo(302);
            assertThat(status(world, "GET", "/login/oauth2/code/fusionauth?code=x&state=y", ""))
                    .isNotEqualTo(503);
            assertThat(status(world, "GET", "/accounts/connection/direct?code=x&state=y", cookie))
                    .isNotEqualTo(503);
            assertThat(status(world, "POST", "/login/oauth2/code/fusionauth", cookie))
                    .isEqualTo(503);
            assertThat(status(world, "POST", "/assets/css/app.css", cookie)).isEqualTo(503);
            hold(world, held, 22, "/logout", cookie);
            assertThat(status(world, "GET", "/login", "")).isEqualTo(503);
            assertThat(status(world, "GET", "/accounts/connection/hosted", cookie))
                    .isEqualTo(503);

            assertThat(status(world, "POST", "/logout", cookie)).isEqualTo(403);
            assertThat(status(world, "POST", "/fusionauth/events", "")).isEqualTo(503);
            assertThat(status(world, "GET", "/logout", cookie)).isEqualTo(503);
            assertThat(status(world, "GET", "/assets/css/app.css", "")).isEqualTo(200);
            assertThat(status(world, "POST", "/fusionauth/events", "", "X-Hook-Token", "wrong"))
                    .isEqualTo(401);
            assertThat(status(world, "GET", "/api/sessions/x", "", "Authorization", "Bearer wrong"))
                    .isEqualTo(401);
            hold(world, held, 25, "/logout", cookie);
            assertThat(status(world, "POST", "/logout", cookie)).isEqualTo(503);
            assertThat(status(world, "POST", "/fusionauth/events", "", "X-Hook-Token", "wrong"))
                    .isEqualTo(503);
            assertThat(status(world, "GET", "/assets/css/app.css", "")).isEqualTo(200);
            assertThat(status(world, "HEAD", "/assets/css/app.css", "")).isEqualTo(200);

            for (var request : held) {
                assertThat(request.end()).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 503");
            }
            inFlight(world, 0);
            assertThat(status(world, "GET", "/", "")).isEqualTo(200);
        }
    }

    /** Holds as many requests as are needed for this many in all to be at work. */
    private static void hold(World world, List<Held> held, int inAll, String path, String cookie) throws IOException {
        while (held.size() < inAll) {
            inFlight(world, held.size());
            var socket =
                    new Socket(InetAddress.getLoopbackAddress(), world.url().getPort());
            socket.getOutputStream().write("""
                    POST %s HTTP/1.1\r
                    Host: localhost\r
                    Cookie: %s\r
                    Connection: close\r
                    Content-Type: application/x-www-form-urlencoded\r
                    Content-Length: 3\r
                    \r
                    """.formatted(path, cookie).getBytes(StandardCharsets.US_ASCII));
            held.add(new Held(socket));
        }
        inFlight(world, inAll);
    }

    private static void inFlight(World world, int requests) {
        Wait.until(() -> world.bean(MeterRegistry.class)
                        .get("almanac.requests.in.flight")
                        .gauge()
                        .value()
                == requests);
    }

    private static int status(World world, String method, String path, String cookie, String... headers)
            throws Exception {
        var held = (int) world.bean(MeterRegistry.class)
                .get("almanac.requests.in.flight")
                .gauge()
                .value();
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(world.url().resolve(path))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .header("Cookie", cookie);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } finally {
            inFlight(world, held);
        }
    }

    /** As a proxy does that asks for readiness: nobody new is sent to an instance that says it is leaving. */
    @Test
    void whoIsBeingServedWhenAlmanacIsToldToStopIsServedToTheEnd() {
        var world = World.with("SHUTDOWN_WAIT", "PT6S");
        var cookie = world.signedIn("ana@example.com").cookie();
        var statuses = new ConcurrentLinkedQueue<Integer>();
        var failures = new ConcurrentLinkedQueue<Exception>();
        var leaving = new AtomicBoolean();
        var browsers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 12; i++) {
            browsers.add(CompletableFuture.runAsync(
                    () -> {
                        try (var browser = HttpClient.newHttpClient()) {
                            var page = HttpRequest.newBuilder(world.url().resolve("/calendar"))
                                    .header("Cookie", cookie)
                                    .build();
                            while (!leaving.get()) {
                                statuses.add(browser.send(page, HttpResponse.BodyHandlers.ofString())
                                        .statusCode());
                            }
                        } catch (IOException | InterruptedException e) {
                            failures.add(e);
                        }
                    },
                    Thread::startVirtualThread));
        }
        Wait.until(() -> statuses.size() >= 50 || !failures.isEmpty());
        var health = HttpRequest.newBuilder(URI.create(world.managementUrl() + "/actuator/health/readiness"))
                .build();
        var said = new AtomicBoolean();
        var proxy = CompletableFuture.runAsync(
                () -> {
                    try (var http = HttpClient.newHttpClient()) {
                        Wait.until(() -> http.send(health, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 503);
                        said.set(true);
                    } finally {
                        leaving.set(true);
                    }
                },
                Thread::startVirtualThread);

        world.close();

        proxy.join();
        browsers.forEach(CompletableFuture::join);
        assertThat(said).isTrue();
        assertThat(failures).isEmpty();
        assertThat(statuses).hasSizeGreaterThan(50).containsOnly(200);
    }

    /** Tried again where the machine stood still between Almanac's last word and the question. */
    @Test
    void whoHasConnectedIsServedThoughNobodyNewCanConnectAnyMore() throws Exception {
        try (var world = World.with("SHUTDOWN_WAIT", "PT0.2S")) {
            var instance = world.secondInstance();
            for (int tries = 1; ; tries++) {
                world.startSecondInstance(instance);
                try (var early = new Socket(InetAddress.getLoopbackAddress(), instance.getPort())) {
                    var stopping = CompletableFuture.runAsync(world::stopSecondInstance, Thread.ofPlatform()::start);
                    var letIn = System.nanoTime();
                    while (isOpen(instance)) {
                        letIn = System.nanoTime();
                    }
                    early.getOutputStream()
                            .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    var sent = Duration.ofNanos(System.nanoTime() - letIn);
                    var answer = new String(early.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    stopping.join();
                    if (tries < 3 && sent.compareTo(Duration.ofMillis(1500)) > 0) {
                        continue;
                    }
                    assertThat(answer).startsWith("HTTP/1.1 200").contains("\r\nConnection: close\r\n", "</html>");
                    return;
                }
            }
        }
    }

    private static boolean isOpen(URI instance) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), instance.getPort())) {
            return socket.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }
}
