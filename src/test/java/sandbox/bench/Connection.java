package sandbox.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection of a browser that asks and reads, and costs the machine next to nothing while it does. */
final class Connection implements AutoCloseable {

    /** A whole answer; {@code last} when the server will close. */
    record Answer(int status, String body, boolean last) {}

    private final URI server;
    private final String cookie;
    private @Nullable Socket socket;
    private @Nullable InputStream in;
    private boolean answering;

    Connection(URI server, String cookie) {
        this.server = server;
        this.cookie = cookie;
    }

    /**
     * Opens a connection where none is open.
     *
     * @throws java.net.ConnectException when nobody listens
     */
    InputStream open() throws IOException {
        if (socket == null || in == null) {
            var made = new Socket();
            made.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), 5_000);
            made.setTcpNoDelay(true);
            made.setSoTimeout(30_000);
            socket = made;
            in = new BufferedInputStream(made.getInputStream(), 1 << 16);
        }
        return in;
    }

    /** Whether anything came of the last answer. */
    boolean answering() {
        return answering;
    }

    Answer get(String path) throws IOException {
        return ask("GET " + path, "Cookie: " + cookie + "\r\nAccept: text/html\r\n", "");
    }

    Answer post(String path, String authorization, String json) throws IOException {
        return ask(
                "POST " + path,
                "Authorization: " + authorization + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + json.length() + "\r\n",
                json);
    }

    private Answer ask(String what, String headers, String body) throws IOException {
        answering = false;
        var from = open();
        var request = what + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n" + headers + "\r\n" + body;
        var to = socket;
        if (to == null) {
            throw new IOException("not open");
        }
        to.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        from.mark(1);
        answering = from.read() >= 0;
        from.reset();
        var answer = read(from);
        if (answer.last()) {
            close();
        }
        return answer;
    }

    private static Answer read(InputStream in) throws IOException {
        var status = Integer.parseInt(line(in).substring(9, 12));
        var length = -1;
        var last = false;
        var chunked = false;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                last = true;
            } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                chunked = true;
            }
        }
        if (length >= 0) {
            return new Answer(status, whole(in, length), last);
        }
        var body = new StringBuilder();
        if (chunked) {
            for (var size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.append(whole(in, size));
                line(in);
            }
            line(in);
        }
        return new Answer(status, body.toString(), last);
    }

    private static String whole(InputStream in, int length) throws IOException {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended early");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the answer ended early");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        var open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyGone) {
                // as wanted
            }
        }
    }
}
