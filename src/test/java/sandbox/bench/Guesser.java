package sandbox.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import sandbox.LegacyDatabase;

/**
 * Guesses passwords of the old store a hundred times a second, for names that nobody has and for people that it has.
 * Meanwhile somebody whose password is right signs in every second, from elsewhere each time.
 */
final class Guesser implements AutoCloseable {

    /** Whom the guesses are sent to; {@code SINK} is a server beside the guesser that answers 404 after 400 ms. */
    enum At {
        NOBODY,
        SINK,
        ALMANAC
    }

    private static final int A_SECOND = 100;
    private static final int HELD = 400;

    private final String authorization;
    private final URI almanac;
    private final HttpServer sink;
    private final ConcurrentLinkedDeque<Connection> toAlmanac = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<Connection> toSink = new ConcurrentLinkedDeque<>();
    private final Random random = new Random(8);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Map<Integer, Integer> guesses = new TreeMap<>();
    private final Map<Integer, Integer> rightful = new TreeMap<>();
    private volatile At at = At.NOBODY;
    private volatile int addresses;
    private volatile List<String> names = List.of();

    Guesser(Map<String, String> settings, URI almanac) throws IOException {
        this.almanac = almanac;
        var credentials = settings.get("CONNECTOR_USERNAME") + ":" + settings.get("CONNECTOR_PASSWORD");
        authorization = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), A_SECOND);
        sink.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        sink.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            try {
                Thread.sleep(HELD);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(404, 0);
            exchange.close();
        });
        sink.start();
        var unused = clock.scheduleAtFixedRate(this::guess, 0, 1_000_000 / A_SECOND, TimeUnit.MICROSECONDS);
        var unusedToo = clock.scheduleAtFixedRate(this::signIn, 0, 1, TimeUnit.SECONDS);
    }

    /** From that many addresses; 0: each from another. */
    void addresses(int addresses) {
        this.addresses = addresses;
    }

    /** Only for these; none: for the sandbox's members, and half of the time for nobody. */
    void names(List<String> names) {
        this.names = names;
    }

    /** From now on; what was kept open is not used again, since a server closes what is idle. */
    void guess(At at) {
        this.at = at;
        for (var idle : List.of(toAlmanac, toSink)) {
            for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
                connection.close();
            }
        }
    }

    void forget() {
        synchronized (guesses) {
            guesses.clear();
            rightful.clear();
        }
    }

    /** How many were answered with which status; 0: not at all. */
    String outcome() {
        synchronized (guesses) {
            return "answered " + guesses + "; whose password is right " + rightful;
        }
    }

    private void guess() {
        var people = names.isEmpty() ? LegacyDatabase.MEMBERS : names;
        var login = names.isEmpty() && random.nextBoolean()
                ? "nobody" + random.nextInt()
                : people.get(random.nextInt(people.size()));
        var several = addresses;
        var from = several == 0 ? anyAddress() : "198.18.0." + random.nextInt(several);
        ask(login, "guess" + random.nextInt(), from, guesses);
    }

    private void signIn() {
        ask("olga", "sandbox", anyAddress(), rightful);
    }

    /** That nobody else has, most likely. */
    private String anyAddress() {
        return "10.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256));
    }

    private void ask(String login, String password, String address, Map<Integer, Integer> answers) {
        var whom = at;
        if (whom == At.NOBODY) {
            return;
        }
        var body = """
                {"loginId": "%s", "password": "%s", "eventInfo": {"ipAddress": "%s"}}""".formatted(login, password, address);
        Thread.startVirtualThread(() -> {
            var idle = whom == At.SINK ? toSink : toAlmanac;
            var kept = idle.poll();
            var connection = kept == null ? new Connection(whom == At.SINK ? sinkUrl() : almanac, "") : kept;
            var status = 0;
            try {
                status = connection
                        .post("/fusionauth/connector", authorization, body)
                        .status();
                idle.push(connection);
            } catch (IOException unanswered) {
                connection.close();
            }
            if (whom == At.ALMANAC) {
                synchronized (guesses) {
                    answers.merge(status, 1, Integer::sum);
                }
            }
        });
    }

    private URI sinkUrl() {
        return URI.create("http://localhost:" + sink.getAddress().getPort());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        sink.stop(0);
    }
}
