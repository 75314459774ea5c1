package sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between Almanac and PostgreSQL, byte for byte, until it is told to misbehave. */
public final class DatabaseProxy implements AutoCloseable {

    /** What becomes of connections, those that stand and new ones. */
    public enum Behaviour {
        HEALTHY,
        /** They are closed at once. */
        REFUSE,
        /** Nothing comes back any more. */
        HANG,
        /** Answers come back a byte at a time. */
        DRIP,
        /** Answers end in the middle. */
        TRUNCATED,
        /** Something that is no PostgreSQL answers. */
        GARBAGE,
        /** SQLSTATE 53300 for new connections; those that stand are gone. */
        TOO_MANY_CONNECTIONS,
        /** SQLSTATE 28P01 for new connections; those that stand are gone. */
        PASSWORD_REFUSED
    }

    private final ServerSocket server;
    private final int databasePort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Behaviour behaviour = Behaviour.HEALTHY;

    public DatabaseProxy(int databasePort) {
        this.databasePort = databasePort;
        try {
            server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Connections that stood under another behaviour than hanging and dripping do not outlive the change. */
    public void behave(Behaviour wanted) {
        var former = behaviour;
        behaviour = wanted;
        if (former == wanted) {
            return;
        }
        if (former != Behaviour.HEALTHY || (wanted != Behaviour.HANG && wanted != Behaviour.DRIP)) {
            open.forEach(DatabaseProxy::close);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.startVirtualThread(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            switch (behaviour) {
                case REFUSE -> {}
                case GARBAGE -> {
                    client.getInputStream().read(new byte[8]);
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n<html>".getBytes(StandardCharsets.US_ASCII));
                }
                case TOO_MANY_CONNECTIONS -> refuse(client, "53300", "sorry, too many clients already");
                case PASSWORD_REFUSED -> refuse(client, "28P01", "password authentication failed");
                case HEALTHY, HANG, DRIP, TRUNCATED -> join(client);
            }
        } catch (IOException gone) {
            // either side has had enough
        } finally {
            open.remove(client);
        }
    }

    private void join(Socket client) throws IOException {
        try (var database = new Socket(InetAddress.getLoopbackAddress(), databasePort)) {
            open.add(database);
            client.setTcpNoDelay(true);
            database.setTcpNoDelay(true);
            Thread.startVirtualThread(() -> {
                try {
                    client.getInputStream().transferTo(database.getOutputStream());
                } catch (IOException gone) {
                    // the other direction notices
                } finally {
                    close(database);
                }
            });
            back(database.getInputStream(), client.getOutputStream());
            open.remove(database);
        }
    }

    private void back(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            switch (behaviour) {
                case HANG -> {}
                case DRIP -> {
                    for (int i = 0; i < read && behaviour == Behaviour.DRIP; i++) {
                        to.write(buffer[i]);
                        Server.pause(Duration.ofMillis(100));
                    }
                }
                case TRUNCATED -> {
                    to.write(buffer, 0, read / 2);
                    return;
                }
                default -> to.write(buffer, 0, read);
            }
        }
    }

    /** An ErrorResponse of PostgreSQL's protocol 3, after the start-up message (and the question for TLS) was read. */
    private static void refuse(Socket client, String state, String message) throws IOException {
        var in = client.getInputStream();
        var length = ByteBuffer.wrap(in.readNBytes(4)).getInt();
        in.readNBytes(length - 4);
        if (length == 8) {
            client.getOutputStream().write('N');
            in.readNBytes(ByteBuffer.wrap(in.readNBytes(4)).getInt() - 4);
        }
        var fields = ("SFATAL\0VFATAL\0C" + state + "\0M" + message + "\0\0").getBytes(StandardCharsets.US_ASCII);
        client.getOutputStream()
                .write(ByteBuffer.allocate(5 + fields.length)
                        .put((byte) 'E')
                        .putInt(4 + fields.length)
                        .put(fields)
                        .array());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // as wanted
        }
    }

    @Override
    public void close() {
        open.forEach(DatabaseProxy::close);
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
