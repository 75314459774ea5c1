package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sandbox.LegacyDatabase;

/**
 * How long pages take while somebody guesses passwords of the old store, and while nobody does:
 * {@code ./mvnw test -Dtest=GuessingAttackBenchmark}. It is no part of {@code verify}. Rounds of both kinds alternate, so
 * that whatever else the machine does meets both alike, and the first of them only warm up. The guesses come from
 * {@code -Dalmanac.addresses} addresses (200 unless set); 0 is one of its own for each, so that as many as possible are
 * hashed. Meanwhile somebody whose password is right signs in every second, from elsewhere each time.
 */
class GuessingAttackBenchmark {

    private static final int GUESSES_A_SECOND = 100;
    private static final int ADDRESSES = Integer.getInteger("almanac.addresses", 200);
    private static final int WARM_UP = 4;
    private static final int ROUNDS = 4;
    private static final Duration ROUND = Duration.ofSeconds(15);

    @Test
    void pagesWhileSomebodyGuesses() throws Exception {
        try (var world = World.with("FUSIONAUTH_EDITION", "licensed");
                var attack = new Attack(world)) {
            var ana = world.signedIn("ana@example.com");
            var calm = new ArrayList<Long>();
            var attacked = new ArrayList<Long>();
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                if (round == WARM_UP) {
                    calm.clear();
                    attacked.clear();
                    attack.statuses.clear();
                    attack.rightful.clear();
                }
                calm.addAll(loads(ana, ROUND));
                attack.isOn = true;
                attacked.addAll(loads(ana, ROUND));
                attack.isOn = false;
                TimeUnit.SECONDS.sleep(2);
            }

            System.out.printf(
                    "%n/accounts on %d processors: calm %s; with %d guesses a second %s; guesses answered %s; whose password is right %s%n",
                    Runtime.getRuntime().availableProcessors(),
                    summary(calm),
                    GUESSES_A_SECOND,
                    summary(attacked),
                    new TreeMap<>(attack.statuses),
                    new TreeMap<>(attack.rightful));
        }
    }

    /** In nanoseconds, those included that found no answer; a person who looks at a page for a moment before the next. */
    private static List<Long> loads(Visitor visitor, Duration time) throws InterruptedException {
        var nanos = new ArrayList<Long>();
        var until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            var before = System.nanoTime();
            try {
                visitor.get("/accounts");
                assertThat(visitor.status()).isIn(200, 503);
            } catch (UncheckedIOException unanswered) {
                // as long as the visitor waited
            }
            nanos.add(System.nanoTime() - before);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return nanos;
    }

    private static String summary(List<Long> nanos) {
        var sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return "p50 %.1f ms, p99 %.1f ms (%,d pages)".formatted(at(sorted, 0.5), at(sorted, 0.99), sorted.length);
    }

    private static double at(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * part))] / 1e6;
    }

    private static final class Attack implements AutoCloseable {

        private final World world;
        private final HttpClient http = HttpClient.newHttpClient();
        private final Random random = new Random(8);
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
        final Map<Integer, Integer> rightful = new ConcurrentHashMap<>();
        volatile boolean isOn;

        Attack(World world) {
            this.world = world;
            var unused = clock.scheduleAtFixedRate(
                    this::guess, 0, TimeUnit.SECONDS.toMicros(1) / GUESSES_A_SECOND, TimeUnit.MICROSECONDS);
            var unusedToo = clock.scheduleAtFixedRate(
                    () -> ask("olga", "sandbox", anyAddress(), rightful), 0, 1, TimeUnit.SECONDS);
        }

        private void guess() {
            var members = LegacyDatabase.MEMBERS;
            var login =
                    random.nextBoolean() ? "nobody" + random.nextInt() : members.get(random.nextInt(members.size()));
            var address = ADDRESSES == 0 ? anyAddress() : "198.18.0." + random.nextInt(ADDRESSES);
            ask(login, "guess" + random.nextInt(), address, statuses);
        }

        /** That nobody else has, most likely. */
        private String anyAddress() {
            return "10.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256));
        }

        private void ask(String login, String password, String address, Map<Integer, Integer> answers) {
            if (!isOn) {
                return;
            }
            var settings = world.sandbox().settings();
            var credentials = settings.get("CONNECTOR_USERNAME") + ":" + settings.get("CONNECTOR_PASSWORD");
            var body = """
                    {"loginId": "%s", "password": "%s", "eventInfo": {"ipAddress": "%s"}}""".formatted(login, password, address);
            var request = HttpRequest.newBuilder(world.url().resolve("/fusionauth/connector"))
                    .header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            var unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                    .thenAccept(answer -> answers.merge(answer.statusCode(), 1, Integer::sum));
        }

        @Override
        public void close() {
            clock.shutdownNow();
            http.close();
        }
    }
}
