package sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The HTTP side of a stand-in: counts what is asked, and can be down or slow. */
abstract class Server implements AutoCloseable {

    static {
        // or each answer in two parts takes the 40 ms for which the other side delays its acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private volatile boolean down;
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();
    private volatile Duration delay = Duration.ZERO;

    Server(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " is taken: stop what listens there", e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** Closes every connection without an answer. */
    public void down(boolean isDown) {
        down = isDown;
    }

    public boolean isDown() {
        return down;
    }

    public void delay(Duration each) {
        delay = each;
    }

    /** For paths that contain this, beside the delay of all. */
    public void delay(String path, Duration each) {
        delays.put(path, each);
    }

    public Duration delay() {
        return delay;
    }

    /** How often paths that contain this were asked. */
    public int count(String path) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().contains(path))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    abstract void answer(Exchange exchange) throws IOException;

    static void pause(Duration time) {
        var until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    private void handle(HttpExchange http) throws IOException {
        if (down) {
            http.close();
            return;
        }
        counts.computeIfAbsent(http.getRequestURI().getPath(), path -> new AtomicInteger())
                .incrementAndGet();
        pause(delay.plus(delays.entrySet().stream()
                .filter(entry -> http.getRequestURI().getPath().contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Duration.ZERO)));
        try {
            answer(new Exchange(http));
        } catch (IOException | RuntimeException e) {
            System.err.println("sandbox: " + e);
            throw e;
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
