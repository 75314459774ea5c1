package sandbox.bench;

import java.io.File;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import sandbox.Sandbox;

/** The packaged application as a process of its own, with a heap of 256 MiB. */
final class Almanac implements AutoCloseable {

    private static final List<String> JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");
    private static final List<String> MORE = Arrays.stream(
                    System.getProperty("jvm", "").split(" "))
            .filter(option -> !option.isEmpty())
            .toList();

    private final Process process;
    private final URI url;
    private final Duration startUp;

    private Almanac(Process process, URI url, Duration startUp) {
        this.process = process;
        this.url = url;
        this.startUp = startUp;
    }

    static Almanac start(Path jar, List<String> options, URI url, Map<String, String> settings)
            throws IOException, InterruptedException {
        var management = Sandbox.freePort();
        var begun = System.nanoTime();
        var process = command(jar, options, url, management, settings).start();
        var client = HttpClient.newHttpClient();
        var ready = HttpRequest.newBuilder(URI.create("http://localhost:" + management + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        while (true) {
            if (!process.isAlive()) {
                throw new IllegalStateException("Almanac did not start; see target/bench/almanac.log");
            }
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return new Almanac(process, url, Duration.ofNanos(System.nanoTime() - begun));
                }
            } catch (IOException notYet) {
                // asked again
            }
            Thread.sleep(10);
        }
    }

    /** Lays the jar out as files and records an AOT cache (JDK 25) from one start; the laid-out jar. */
    static Path withCache(Path jar, Path folder, Map<String, String> settings)
            throws IOException, InterruptedException {
        var java = java();
        new ProcessBuilder(
                        java,
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--destination",
                        folder.toString(),
                        "--force")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        var laidOut = folder.resolve(jar.getFileName());
        var training = command(
                laidOut,
                List.of("-XX:AOTCacheOutput=" + folder.resolve("almanac.aot"), "-Dspring.context.exit=onRefresh"),
                URI.create("http://localhost:" + Sandbox.freePort()),
                Sandbox.freePort(),
                settings);
        training.start().waitFor();
        return laidOut;
    }

    private static ProcessBuilder command(
            Path jar, List<String> options, URI url, int management, Map<String, String> settings) throws IOException {
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(JVM);
        command.addAll(MORE);
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        var builder = new ProcessBuilder(command);
        var log = new File("target/bench/almanac.log");
        Files.createDirectories(log.getParentFile().toPath());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA_"));
        builder.environment().putAll(settings);
        builder.environment().put("SERVER_PORT", String.valueOf(url.getPort()));
        builder.environment().put("MANAGEMENT_SERVER_PORT", String.valueOf(management));
        return builder;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    URI url() {
        return url;
    }

    Duration startUp() {
        return startUp;
    }

    long pid() {
        return process.pid();
    }

    /** Resident memory in MiB. */
    long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    /** The cookie of somebody who has signed in. */
    String signIn(String email, String password) throws IOException, InterruptedException {
        var cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
        var browser = HttpClient.newBuilder()
                .cookieHandler(cookies)
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        var page = browser.send(
                HttpRequest.newBuilder(url.resolve("/login")).build(), HttpResponse.BodyHandlers.ofString());
        var form = Jsoup.parse(page.body(), page.uri().toString()).selectFirst("form[action$=/oauth2/authorize]");
        if (form == null) {
            throw new IllegalStateException("no form to sign in at " + page.uri());
        }
        form.select("[name=loginId]").val(email);
        form.select("[name=password]").val(password);
        var body = form.select("input[name]").stream().map(Almanac::field).collect(Collectors.joining("&"));
        browser.send(
                HttpRequest.newBuilder(page.uri().resolve(form.attr("action")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("almanac"))
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .findFirst()
                .orElseThrow();
    }

    static String field(Element input) {
        return URLEncoder.encode(input.attr("name"), StandardCharsets.UTF_8) + "="
                + URLEncoder.encode(input.val(), StandardCharsets.UTF_8);
    }

    /** As an operator's {@code kill} does. */
    void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
