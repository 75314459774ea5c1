package sandbox.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import sandbox.Sandbox;

/**
 * Starts the packaged application beside stand-ins with set delays and prints what it measures, in one run:
 * {@code ./mvnw -DskipTests package spring-boot:test-run -Dspring-boot.run.main-class=sandbox.bench.Benchmark}.
 * Load, stand-ins, PostgreSQL and Almanac share the machine; compare figures of one run with each other. Arguments
 * choose parts ({@code cold}, of that {@code readers} alone, {@code warm}, {@code start}, and {@code guesses}, which is made
 * only when it is named, and makes all of them beside the licensed edition); with the system property {@code jar} another
 * build is measured.
 */
public final class Benchmark {

    private static final String ANA = "ana@example.com";
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("seconds", 12));
    private static final int BROWSERS = 8;
    private static final int WARM_UP_ROUNDS = 4;
    /** From how many addresses somebody guesses; 0: each from another. */
    private static final List<Integer> ADDRESSES = Arrays.stream(
                    System.getProperty("addresses", "200,0").split(","))
            .map(Integer::valueOf)
            .toList();

    /** How many more people of the old store are guessed at, by their names alone; 0: its few, and as often nobody. */
    private static final int PEOPLE = Integer.getInteger("people", 0);

    private static final int ROUNDS = Integer.getInteger("rounds", 4);

    private final Path jar;
    private final Sandbox sandbox;
    private final StandIns standIns;
    private final URI url;

    private Benchmark(Path jar, String edition) {
        this.jar = jar;
        this.url = URI.create("http://localhost:" + Sandbox.freePort());
        this.sandbox = Sandbox.start(Sandbox.Ports.ANY, url, edition);
        sandbox.fusionAuth().unchecked();
        this.standIns = new StandIns(sandbox);
    }

    public static void main(String[] arguments) throws Exception {
        var parts = arguments.length == 0 ? List.of("cold", "warm", "start") : List.of(arguments);
        var benchmark = new Benchmark(jar(), parts.contains("guesses") ? "licensed" : "community");
        System.out.printf(
                "%n%s on %d processors, %s, load average %s%n%n",
                benchmark.jar.getFileName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.runtime.version"),
                loadAverage());
        if (parts.contains("cold")) {
            benchmark.cold();
        }
        if (parts.contains("readers")) {
            benchmark.readers();
        }
        if (parts.contains("warm")) {
            benchmark.warm();
        }
        if (parts.contains("start")) {
            benchmark.startUp();
        }
        if (parts.contains("guesses")) {
            benchmark.guesses();
        }
        System.out.printf("%nload average at the end: %s%n", loadAverage());
        System.exit(0);
    }

    private static Path jar() throws IOException {
        var named = System.getProperty("jar");
        if (named != null) {
            return Path.of(named);
        }
        try (var files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("almanac-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("package first: there is no target/almanac-*.jar"));
        }
    }

    private static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    private Almanac start(String... more) throws IOException, InterruptedException {
        return Almanac.start(jar, List.of(), url, with(more));
    }

    private Map<String, String> with(String... more) {
        var settings = new HashMap<>(sandbox.settings());
        settings.put("DEVICES_LIMIT", "0");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static void print(String what, String value) {
        System.out.printf(Locale.ROOT, "%-58s %s%n", what, value);
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private void startUp() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            try (var almanac = start()) {
                print("start to ready, java -jar", "%.1f s".formatted(millis(almanac.startUp()) / 1000));
            }
        }
        var folder = Path.of("target", "bench", "laid-out");
        var laidOut = Almanac.withCache(jar, folder, with());
        for (int i = 0; i < 2; i++) {
            try (var almanac =
                    Almanac.start(laidOut, List.of("-XX:AOTCache=" + folder.resolve("almanac.aot")), url, with())) {
                print(
                        "start to ready, laid out with an AOT cache",
                        "%.1f s, %d MiB resident".formatted(millis(almanac.startUp()) / 1000, almanac.resident()));
            }
        }
    }

    /** Nothing is believed from before: each page needs links, refreshes, lists and events. */
    private void cold() throws Exception {
        try (var almanac = start()) {
            var people = Map.of(1, "tess@school.example", 5, ANA, 20, "ben@example.com");
            for (var accounts : List.of(1, 5, 20)) {
                var person = String.valueOf(people.get(accounts));
                standIns.slow(false);
                standIns.link(person, accounts);
                var cookie = almanac.signIn(person, sandbox.password());
                for (int i = 0; i < 20; i++) {
                    coldPage(cookie, person, accounts, i, false);
                }
                var times = new ArrayList<Double>();
                for (int i = 0; i < 11; i++) {
                    times.add(coldPage(cookie, person, accounts, i, true));
                }
                var median = times.stream().sorted().toList().get(times.size() / 2);
                standIns.slow(true);
                var literal = millis(standIns.literally(person));
                print(
                        "cold page, %d accounts × 3 calendars".formatted(accounts),
                        "%.0f ms = %.2f × the slowest chain of %d ms; one after another %.0f ms"
                                .formatted(
                                        median,
                                        median / StandIns.CHAIN.toMillis(),
                                        StandIns.CHAIN.toMillis(),
                                        literal));
            }
            hanging(almanac);
        }
        readers();
    }

    private double coldPage(String cookie, String person, int accounts, int which, boolean slow) throws IOException {
        standIns.link(person, accounts);
        standIns.slow(slow);
        try (var connection = new Connection(url, cookie)) {
            var begun = System.nanoTime();
            var answer = connection.get("/calendar?date=" + day(which));
            var time = (System.nanoTime() - begun) / 1e6;
            mustBeAPage(answer);
            var connected = occurrences(answer.body(), "data-state=\"connected\"");
            if (connected != accounts) {
                System.out.printf("  (%d of %d accounts were there after %.0f ms)%n", connected, accounts, time);
            }
            return time;
        }
    }

    /** One of five accounts never answers; it has a new refresh token each time, so that it never rests. */
    private void hanging(Almanac almanac) throws Exception {
        var cookie = almanac.signIn(ANA, sandbox.password());
        var hung = standIns.link(ANA, 5).get(4);
        standIns.slow(true);
        sandbox.google().slow(hung, Duration.ofSeconds(30));
        var times = new double[40];
        var whole = 0;
        for (int i = 0; i < times.length; i++) {
            standIns.link(ANA, 5);
            try (var connection = new Connection(url, cookie)) {
                var begun = System.nanoTime();
                var answer = connection.get("/calendar?date=" + day(i));
                times[i] = (System.nanoTime() - begun) / 1e6;
                mustBeAPage(answer);
                whole += occurrences(answer.body(), "data-state=\"connected\"") == 4 ? 1 : 0;
            }
        }
        sandbox.google().slow(hung, Duration.ZERO);
        Arrays.sort(times);
        print(
                "cold page while 1 of 5 accounts hangs",
                "p50 %.0f ms, p99 %.0f ms; the other four whole on %d of %d pages"
                        .formatted(times[times.length / 2], times[times.length - 1], whole, times.length));
    }

    private void readers() throws Exception {
        try (var almanac = start("REQUESTS_AT_ONCE", "250")) { // or most of them are sent away
            readers(almanac);
        }
    }

    /** Everybody at once, with every access token to be made anew. */
    private void readers(Almanac almanac) throws Exception {
        var cookie = almanac.signIn(ANA, sandbox.password());
        standIns.link(ANA, 5);
        standIns.slow(false);
        Load.run(url, cookie, "/accounts", BROWSERS, MEASURED);
        standIns.link(ANA, 5);
        standIns.slow(true);
        var before = standIns.refreshes();
        var good = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(IntStream.range(0, 200)
                    .<Callable<Integer>>mapToObj(reader -> () -> {
                        try (var connection = new Connection(url, cookie)) {
                            return connection.get("/accounts").status();
                        } catch (IOException broken) {
                            return 0;
                        }
                    })
                    .toList());
            for (var answer : answers) {
                good += answer.get() == 200 ? 1 : 0;
            }
        }
        print(
                "200 readers of /accounts at once, REQUESTS_AT_ONCE=250",
                "%d refreshes, %d pages served".formatted(standIns.refreshes() - before, good));
    }

    private void warm() throws Exception {
        try (var almanac = start()) {
            standIns.slow(false);
            standIns.link(ANA, 5);
            var cookie = almanac.signIn(ANA, sandbox.password());
            var page = "/calendar?date=" + day(0);
            int bytes;
            try (var connection = new Connection(url, cookie)) {
                mustBeAPage(connection.get(page));
                var before = standIns.calls();
                for (int i = 0; i < 20; i++) {
                    connection.get(page);
                }
                print("upstream calls for 20 reloads within a minute", "%d".formatted(standIns.calls() - before));
                bytes = connection.get(page).body().length();
            }
            Load.run(url, cookie, page, BROWSERS, MEASURED.plusSeconds(8));
            var result = Load.run(url, cookie, page, BROWSERS, MEASURED);
            print(
                    "warm pages, 5 accounts × 40 events, %d browsers".formatted(BROWSERS),
                    "%.0f/s, p50 %.1f ms, p99 %.1f ms, %d KiB each, %d cut, %d without a byte"
                            .formatted(
                                    result.perSecond(),
                                    Load.Result.millis(result.good(), 50),
                                    Load.Result.millis(result.good(), 99),
                                    bytes / 1024,
                                    result.broken(),
                                    result.silent()));
            var home = Load.run(url, "none=1", "/", BROWSERS, Duration.ofSeconds(4));
            print("  for comparison: the front page without a session", "%.0f/s".formatted(home.perSecond()));
            print("resident after that load, heap at most 256 MiB", "%d MiB".formatted(almanac.resident()));
            var overload = Load.run(url, cookie, page, 600, MEASURED);
            print(
                    "600 browsers at once",
                    "%.0f pages/s (%.0f %% of before), p99 %.0f ms; %.0f/s sent away, p99 %.0f ms; %d cut, %d without a byte"
                            .formatted(
                                    overload.perSecond(),
                                    100 * overload.perSecond() / result.perSecond(),
                                    Load.Result.millis(overload.good(), 99),
                                    overload.refusedPerSecond(),
                                    Load.Result.millis(overload.refused(), 99),
                                    overload.broken(),
                                    overload.silent()));
            print("resident after that", "%d MiB".formatted(almanac.resident()));
            Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(2_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                almanac.terminate();
            });
            var last = Load.run(url, cookie, page, 32, Duration.ofSeconds(25));
            print(
                    "SIGTERM under load",
                    "%d pages served until nobody listened, %d sent away, %d cut, %d without a byte"
                            .formatted(last.good().size(), last.refused().size(), last.broken(), last.silent()));
        }
    }

    /**
     * Pages while somebody guesses passwords of the old store, while nobody does, and while the same guesses go to a server
     * that does nothing with them: what the guesser alone costs on the same machine. Rounds of the three alternate.
     */
    private void guesses() throws Exception {
        try (var almanac = start();
                var guesser = new Guesser(sandbox.settings(), url)) {
            guesser.names(people());
            standIns.slow(false);
            standIns.link(ANA, 5);
            var cookie = almanac.signIn(ANA, sandbox.password());
            var page = "/calendar?date=" + day(0);
            Load.run(url, cookie, page, BROWSERS, MEASURED);
            for (var addresses : ADDRESSES) {
                guesser.addresses(addresses);
                var times = new LinkedHashMap<String, List<Long>>();
                for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                    if (round == 0) {
                        times.clear();
                        guesser.forget();
                    }
                    guesser.guess(Guesser.At.NOBODY);
                    Thread.sleep(2_000); // until the last ones are answered
                    read(cookie, page, times, "nobody guesses");
                    guesser.guess(Guesser.At.SINK);
                    read(cookie, page, times, "a server that does nothing is asked");
                    guesser.guess(Guesser.At.ALMANAC);
                    read(cookie, page, times, "Almanac is asked, first seconds");
                    read(cookie, page, times, "Almanac is asked, from then on");
                }
                guesser.guess(Guesser.At.NOBODY);
                print(
                        addresses == 0
                                ? "100 guesses/s, an address for each"
                                : "100 guesses/s from %d addresses".formatted(addresses),
                        guesser.outcome());
                times.forEach((when, nanos) -> {
                    nanos.sort(null);
                    print(
                            "  pages while " + when,
                            "p50 %.1f ms, p99 %.1f ms (%,d pages)"
                                    .formatted(
                                            Load.Result.millis(nanos, 50),
                                            Load.Result.millis(nanos, 99),
                                            nanos.size()));
                });
            }
        }
    }

    private List<String> people() {
        var hash = "{bcrypt}" + new BCryptPasswordEncoder().encode(sandbox.password());
        var names = IntStream.range(0, PEOPLE).mapToObj(i -> "pupil" + i).toList();
        names.forEach(name -> sandbox.legacy().add(name, name, null, null, hash, "no"));
        return names;
    }

    private void read(String cookie, String page, Map<String, List<Long>> times, String when) throws Exception {
        var result = Load.read(url, cookie, page, Duration.ofMillis(30), MEASURED);
        if (!result.refused().isEmpty() || result.broken() > 0) {
            System.out.printf(
                    "  (while %s: %d pages sent away, %d broken)%n",
                    when, result.refused().size(), result.broken());
        }
        times.computeIfAbsent(when, kind -> new ArrayList<>()).addAll(result.good());
    }

    private static void mustBeAPage(Connection.Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException("a page was answered with " + answer.status());
        }
    }

    private static LocalDate day(int which) {
        return LocalDate.now(ZoneOffset.UTC).plusDays(which % 7);
    }

    private static int occurrences(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
