package app.almanac.connector;

import app.almanac.upstream.Secret;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The process in which password hashes are checked ({@link HashingCommand}): at a lower priority, so that pages come first
 * where there are too few processors, and with a heap of its own, so that they have no part in what the garbage collector
 * does there. It starts with Almanac where there is a legacy store, again when it is needed and has ended, and ends when
 * nobody can ask it any more. It is given nothing of Almanac's settings.
 */
@Component
class HashingProcess implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(HashingProcess.class);

    /** Longer than any check that is allowed, on a busy machine; after that the process is taken for stuck. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** From one start to the next, or an attack would have processes started without end. */
    private static final Duration REST = Duration.ofSeconds(2);

    /** What checks may take together, and what a JVM needs for itself. */
    private static final int MEBIBYTES = LegacyHash.KIBIBYTES / 1024 + 64;

    /** What a packaged jar starts with, and what that starts. */
    private static final String JAR = "org.springframework.boot.loader.launch.JarLauncher";

    private static final String APPLICATION = "app.almanac.AlmanacApplication";

    /** A quarter of a processor is left to it where pages want all of them: enough for most hashes to be checked in time. */
    private static final List<String> NICE = List.of("nice", "-n", "5");

    /** By which a JVM reads the names of files. */
    private static final Set<String> LANGUAGE = Set.of("LANG", "LC_ALL", "LC_CTYPE");

    /** It cannot be asked now; the log says why. */
    static final class NotRunning extends IOException {

        private static final long serialVersionUID = 1;
    }

    private final List<String> command;
    private @Nullable Running running;
    private long restsUntil = System.nanoTime();
    private boolean closed;

    @Autowired
    HashingProcess() {
        this(java());
    }

    HashingProcess(List<String> command) {
        this.command = command;
    }

    static List<String> java() {
        var packaged = ClassLoader.getSystemResource(JAR.replace('.', '/') + ".class") != null;
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + MEBIBYTES + "m",
                "-Xmn16m", // a check's memory belongs to the old generation
                "-XX:-UsePerfData", // which would write a file
                "-Xlog:disable", // the standard output is for answers
                "-Xlog:all=warning:stderr",
                "-cp",
                System.getProperty("java.class.path"),
                packaged ? JAR : APPLICATION,
                HashingCommand.NAME);
    }

    /** Whether this is the password, however long that takes; the process is started when it does not run. */
    boolean matches(LegacyHash hash, Secret password) throws IOException, InterruptedException {
        return running().matches(hash, password);
    }

    /** Once it is ready to check. */
    Running running() throws IOException, InterruptedException {
        var current = current();
        try {
            current.answer(current.ready);
            return current;
        } catch (IOException e) {
            log.error("The process that checks password hashes does not answer: {}", e.getMessage());
            throw e;
        }
    }

    private synchronized Running current() throws IOException {
        if (!closed && running != null && !running.ended && running.process.isAlive()) {
            return running;
        } else if (closed || restsUntil - System.nanoTime() > 0) {
            throw new NotRunning();
        } else if (running != null) {
            log.warn("The process that checks password hashes has ended and is started again");
        }
        restsUntil = System.nanoTime() + REST.toNanos();
        try {
            running = new Running(start());
            return running;
        } catch (IOException e) {
            log.error("The process that checks password hashes cannot be started: {}", e.getMessage());
            throw e;
        }
    }

    private Process start() throws IOException {
        var politely = new ArrayList<>(NICE);
        politely.addAll(command);
        try {
            return start(politely);
        } catch (IOException e) {
            log.warn("Password hashes are checked at the same priority as pages: {}", e.getMessage());
            return start(command);
        }
    }

    private static Process start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().retainAll(LANGUAGE); // no secrets, and no options that are meant for another JVM
        return builder.start();
    }

    @Override
    public synchronized void destroy() {
        closed = true;
        if (running != null) {
            running.process.destroyForcibly();
        }
    }

    /** With Almanac: whoever signs in before it is ready may be told to try again. */
    @Component
    record Starter(LegacySettings settings, HashingProcess process) {

        @EventListener(ApplicationStartedEvent.class)
        void start() {
            if (settings.isSet()) {
                Thread.ofPlatform().name("legacy-hash-start").daemon().start(() -> {
                    try {
                        process.running();
                    } catch (IOException logged) {
                        // and tried again by whoever signs in
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }
    }

    /** One life of the process. */
    static final class Running {

        final Process process;
        private final OutputStream questions;
        private final Map<Integer, CompletableFuture<Integer>> answers = new ConcurrentHashMap<>();
        private final CompletableFuture<Integer> ready = new CompletableFuture<>();
        private final AtomicInteger last = new AtomicInteger();
        /** Before the system knows it, perhaps. */
        private volatile boolean ended;

        private Running(Process process) {
            this.process = process;
            this.questions = process.getOutputStream(); // it has a buffer
            answers.put(HashingCommand.READY, ready);
            try {
                Thread.ofPlatform().name("legacy-hash-answers").daemon().start(this::listen);
            } catch (Throwable noThread) {
                process.destroyForcibly();
                throw noThread;
            }
        }

        private void listen() {
            try (var from = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
                while (true) {
                    var answer = answers.remove(from.readInt());
                    if (answer == null) {
                        throw new IOException("an answer to nothing that was asked");
                    }
                    answer.complete(from.readInt());
                }
            } catch (IOException e) {
                ended = true;
                process.destroyForcibly();
                answers.values().forEach(answer -> answer.completeExceptionally(e));
            }
        }

        private boolean matches(LegacyHash hash, Secret password) throws IOException, InterruptedException {
            var which = last.incrementAndGet() & Integer.MAX_VALUE;
            var question = new ByteArrayOutputStream();
            HashingCommand.write(which, hash, password, new DataOutputStream(question));
            var answer = new CompletableFuture<Integer>();
            answers.put(which, answer);
            synchronized (questions) {
                question.writeTo(questions);
                questions.flush();
            }
            return switch (answer(answer)) {
                case HashingCommand.RIGHT -> true;
                case HashingCommand.WRONG -> false;
                default -> throw new IOException("it could not check this hash");
            };
        }

        private int answer(CompletableFuture<Integer> answer) throws IOException, InterruptedException {
            try {
                return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                ended = true;
                process.destroyForcibly();
                throw new IOException("it has ended or is stuck");
            }
        }
    }
}
