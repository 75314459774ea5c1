package sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stands between Almanac and an HTTP upstream, hands calls on and counts them, and breaks those it is told to break. */
public final class FaultProxy implements AutoCloseable {

    /** A call on its way: request line and headers as sent, and the body. */
    public record Call(String head, String body) {

        public boolean is(String method, String pathPart) {
            var line = head.substring(0, head.indexOf('\r')).split(" ");
            return line[0].equals(method) && line[1].contains(pathPart);
        }

        public String bearer() {
            var at = head.toLowerCase(Locale.ROOT).indexOf("authorization: bearer ");
            return at < 0 ? "" : head.substring(at + 22, head.indexOf('\r', at));
        }
    }

    /** What becomes of a call that is broken. */
    @FunctionalInterface
    public interface Fault {

        void answer(Socket client) throws IOException;

        /** The connection is reset before a byte is answered. */
        static Fault reset() {
            return client -> client.setSoLinger(true, 0);
        }

        /** Not a byte is answered, for as long as the client waits. */
        static Fault hang() {
            return client -> client.getInputStream().read();
        }

        /** A good beginning, then a byte at a time. */
        static Fault drip() {
            return client -> {
                var out = client.getOutputStream();
                out.write(head(200, "application/json", "", -1));
                while (true) {
                    out.write(' ');
                    out.flush();
                    Server.pause(Duration.ofMillis(100));
                }
            };
        }

        static Fault status(int status, String more, String json) {
            return client -> respond(client, status, "application/json", more, json);
        }

        static Fault html() {
            return client -> respond(client, 200, "text/html", "", "<html><body>It works!</body></html>");
        }

        /** Fewer bytes than were announced. */
        static Fault truncated() {
            return client -> {
                client.getOutputStream().write(head(200, "application/json", "", 5000));
                client.getOutputStream().write("{\"items\":[{\"id\":\"x".getBytes(StandardCharsets.US_ASCII));
            };
        }

        /** An answer that goes on for as long as it is read. {@code written} counts what was taken. */
        static Fault huge(AtomicLong written) {
            return client -> {
                var out = client.getOutputStream();
                out.write(head(200, "application/json", "", -1));
                out.write("{\"access_token\":\"".getBytes(StandardCharsets.US_ASCII));
                var chunk = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
                while (true) {
                    out.write(chunk);
                    written.addAndGet(chunk.length);
                }
            };
        }
    }

    private record Rule(Predicate<Call> which, Fault fault) {}

    private final URI upstream;
    private final int port;
    private final ConcurrentHashMap<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private volatile ServerSocket server;
    private volatile @Nullable Socket reserving;
    private volatile @Nullable Rule rule;

    public FaultProxy(URI upstream) {
        this.upstream = upstream;
        this.server = listening(0);
        this.port = server.getLocalPort();
        accept(server);
    }

    public URI url() {
        return URI.create("http://localhost:" + port);
    }

    /** One rule at a time. */
    public void breaking(Predicate<Call> which, Fault fault) {
        rule = new Rule(which, fault);
    }

    public void healthy() {
        rule = null;
        if (server.isClosed()) {
            release();
            server = listening(port);
            accept(server);
        }
    }

    /** Nothing listens any more, and connections are refused; the port stays ours. */
    public void refuse() {
        try {
            server.close();
            var socket = new Socket();
            reserving = socket;
            socket.setReuseAddress(true);
            bind(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port is free when the thread that accepted there has noticed. */
    private void bind(Socket socket) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (BindException notYet) {
                if (tries == 500) {
                    throw notYet;
                }
                Server.pause(Duration.ofMillis(10));
            }
        }
    }

    private void release() {
        try {
            var reserved = reserving;
            if (reserved != null) {
                reserved.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many calls arrived, broken or not, whose path contains this. */
    public int count(String path) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().contains(path))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    private static ServerSocket listening(int port) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket from) {
        Thread.startVirtualThread(() -> {
            while (!from.isClosed()) {
                try {
                    var client = from.accept();
                    Thread.startVirtualThread(() -> handle(client));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void handle(Socket client) {
        try (client) {
            var call = read(client.getInputStream());
            if (call == null) {
                return;
            }
            counts.computeIfAbsent(call.head().substring(0, call.head().indexOf('\r')), none -> new AtomicInteger())
                    .incrementAndGet();
            var broken = rule;
            if (broken != null && broken.which().test(call)) {
                broken.fault().answer(client);
            } else {
                forward(call, client);
            }
        } catch (IOException gone) {
            // the client has had enough, which is the point
        }
    }

    /** One call for each connection: it is told to close. */
    private void forward(Call call, Socket client) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), upstream.getPort())) {
            var head = call.head().replaceFirst("\r\n", "\r\nConnection: close\r\n");
            socket.getOutputStream().write((head + call.body()).getBytes(StandardCharsets.ISO_8859_1));
            var in = socket.getInputStream();
            var answer = head(in);
            if (answer != null) {
                client.getOutputStream()
                        .write(answer.replaceFirst("\r\n", "\r\nConnection: close\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                in.transferTo(client.getOutputStream());
            }
        }
    }

    private static @Nullable Call read(InputStream in) throws IOException {
        var text = head(in);
        if (text == null) {
            return null;
        }
        var length = text.toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return new Call(text, new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
    }

    private static @Nullable String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        var last = 0;
        while (last != 0x0d0a0d0a) {
            var next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
            last = last << 8 | next;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static void respond(Socket client, int status, String type, String more, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        client.getOutputStream().write(head(status, type, more, bytes.length));
        client.getOutputStream().write(bytes);
    }

    private static byte[] head(int status, String type, String more, int length) {
        var text = "HTTP/1.1 " + status + " Fault\r\nContent-Type: " + type + "\r\nConnection: close\r\n" + more
                + (length < 0 ? "" : "Content-Length: " + length + "\r\n") + "\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        release();
    }
}
