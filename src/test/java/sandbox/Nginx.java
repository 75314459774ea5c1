package sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A real nginx with a configuration of the project's: its gate for FusionAuth's events, or its proxy before instances. */
public final class Nginx implements AutoCloseable {

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether this machine has an nginx, on the path, or where NGINX says it is; where CI is set, it must have. */
    public static boolean isHere() {
        var isHere = Files.isExecutable(executable());
        if (!isHere && System.getenv("CI") != null) {
            throw new IllegalStateException("no nginx here: install one, or name it in NGINX");
        }
        return isHere;
    }

    /** What docker-compose.yml has between FusionAuth and Almanac. {@code directory} is for its files. */
    public static Nginx gate(URI almanac, Path directory) {
        return gate(almanac, "a1a2a3a4-0000-4000-8000-000000000002", directory);
    }

    /** For another application than the kickstart's. */
    static Nginx gate(URI almanac, String applicationId, Path directory) {
        return gate(
                directory,
                server -> server.replace("${FUSIONAUTH_APPLICATION_ID}", applicationId)
                        .replace("http://almanac:8080", "http://127.0.0.1:" + almanac.getPort()));
    }

    /** Where Almanac's name is asked of a resolver at this port. */
    static Nginx gateResolvingAt(int port, Path directory) {
        return gate(
                directory,
                server -> server.replace("${FUSIONAUTH_APPLICATION_ID}", "a1a2a3a4-0000-4000-8000-000000000002")
                        .replace("127.0.0.11", "127.0.0.1:" + port));
    }

    /** As it stands, with nothing filled in. */
    static Nginx bareGate(Path directory) {
        return gate(directory, UnaryOperator.identity());
    }

    private static Nginx gate(Path directory, UnaryOperator<String> filledIn) {
        var port = Sandbox.freePort();
        return start(
                filledIn.apply(text(Path.of("gate", "default.conf.template")))
                        .replace("listen 8080;", "listen 127.0.0.1:" + port + ";"),
                port,
                directory);
    }

    /** docs/nginx.conf before two instances, without TLS; its answers name who gave them in {@code X-Served-By}. */
    public static Nginx proxy(URI one, URI other, Path directory) {
        var port = Sandbox.freePort();
        return start(
                "add_header X-Served-By $upstream_addr always;\n"
                        + text(Path.of("docs", "nginx.conf"))
                                .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
                                .replaceAll("ssl_certificate.*;", "")
                                .replace(
                                        "/var/log/nginx/almanac.error.log",
                                        directory.resolve("log").toString())
                                .replace("10.1.2.10:8080", "127.0.0.1:" + one.getPort())
                                .replace("10.1.2.11:8080", "127.0.0.1:" + other.getPort()),
                port,
                directory);
    }

    private static Nginx start(String configuration, int port, Path directory) {
        try {
            var main = directory.resolve("nginx.conf");
            var temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                    .map(kind -> kind + "_temp_path " + directory.resolve(kind) + ";\n")
                    .reduce("", String::concat);
            Files.writeString(
                    main, """
                    daemon off; master_process off; pid %s; error_log %s;
                    events { worker_connections 256; }
                    http { access_log off; %s %s }
                    """.formatted(directory.resolve("pid"), directory.resolve("log"), temporary, configuration));
            var process = new ProcessBuilder(executable().toString(), "-c", main.toString(), "-p", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("out").toFile())
                    .start();
            var nginx = new Nginx(process, port);
            nginx.awaitStart(directory);
            return nginx;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI url() {
        return URI.create("http://localhost:" + port);
    }

    private void awaitStart(Path directory) throws IOException {
        for (int i = 0; i < 500 && process.isAlive(); i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                Server.pause(Duration.ofMillis(20));
            }
        }
        throw new IllegalStateException("nginx did not start: " + Files.readString(directory.resolve("out")));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path executable() {
        var named = Objects.requireNonNullElse(System.getenv("NGINX"), "");
        return named.isEmpty()
                ? Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(Path.of("nginx"))
                : Path.of(named);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
