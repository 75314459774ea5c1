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
import java.util.stream.Stream;

/** What docker-compose.yml has between FusionAuth and Almanac: nginx with the project's own configuration. */
public final class Gate implements AutoCloseable {

    private final Process process;
    private final int port;

    private Gate(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether this machine has an nginx. */
    public static boolean isHere() {
        return Files.isExecutable(executable());
    }

    /** {@code directory} is for its files. */
    public static Gate before(URI almanac, Path directory) {
        var port = Sandbox.freePort();
        try {
            var server = Files.readString(Path.of("gate", "default.conf"))
                    .replace("listen 8080;", "listen 127.0.0.1:" + port + ";")
                    .replace("http://almanac:8080", "http://127.0.0.1:" + almanac.getPort());
            var main = directory.resolve("nginx.conf");
            var temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                    .map(kind -> kind + "_temp_path " + directory.resolve(kind) + ";\n")
                    .reduce("", String::concat);
            Files.writeString(
                    main, """
                    daemon off; master_process off; pid %s; error_log %s;
                    events { worker_connections 256; }
                    http { access_log off; %s %s }
                    """.formatted(directory.resolve("pid"), directory.resolve("log"), temporary, server));
            var process = new ProcessBuilder(executable().toString(), "-c", main.toString(), "-p", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("out").toFile())
                    .start();
            var gate = new Gate(process, port);
            gate.awaitStart();
            return gate;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI eventsUrl() {
        return URI.create("http://127.0.0.1:" + port + "/fusionauth/events");
    }

    private void awaitStart() {
        for (int i = 0; i < 500 && process.isAlive(); i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                Server.pause(Duration.ofMillis(20));
            }
        }
        throw new IllegalStateException("nginx did not start");
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
