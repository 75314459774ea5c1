package app.almanac.connector;

import app.almanac.upstream.Secret;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.Executors;

/**
 * What the process of {@link HashingProcess} runs: it checks passwords against hashes until nobody can ask any more. On its
 * standard input are questions, each a number, a scheme, a hash and a password; on its standard output answers, each the
 * number and what came of it. It prints nothing else.
 */
public final class HashingCommand {

    /** The first argument that asks for it. */
    public static final String NAME = "check-password-hashes";

    /** Comes first, in place of a question's number. */
    static final int READY = -1;

    static final int WRONG = 0;
    static final int RIGHT = 1;
    static final int FAILED = 2;

    private HashingCommand() {}

    public static void run() throws IOException {
        var self = Thread.currentThread();
        // what stops a whole group of processes lets Almanac finish first
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                self.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        var answers = new DataOutputStream(System.out);
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(System.out);
        serve(new DataInputStream(new BufferedInputStream(System.in)), answers);
    }

    private static void serve(DataInputStream questions, DataOutputStream answers) throws IOException {
        var threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
        LegacyHash.DECOY.matches(new Secret("the first check takes longer"));
        answer(answers, READY, RIGHT);
        while (true) {
            int which;
            try {
                which = questions.readInt();
            } catch (EOFException nobodyAsks) {
                return;
            }
            var scheme = LegacyHash.Scheme.valueOf(questions.readUTF());
            var hash = new LegacyHash(scheme, new Secret(questions.readUTF()), 0, 0);
            var password = new Secret(questions.readUTF());
            threads.execute(() -> answer(answers, which, check(hash, password)));
        }
    }

    /** As {@link #serve} reads it. Java's own form of UTF-8, since it keeps a password that is no Unicode as it is. */
    static void write(int which, LegacyHash hash, Secret password, DataOutputStream to) throws IOException {
        to.writeInt(which);
        to.writeUTF(hash.scheme().name());
        to.writeUTF(hash.stored().reveal());
        to.writeUTF(password.reveal());
    }

    private static int check(LegacyHash hash, Secret password) {
        try {
            return hash.matches(password) ? RIGHT : WRONG;
        } catch (Throwable moreMemoryThanThereIs) {
            return FAILED;
        }
    }

    private static void answer(DataOutputStream answers, int which, int what) {
        synchronized (answers) {
            try {
                answers.writeInt(which);
                answers.writeInt(what);
                answers.flush();
            } catch (IOException nobodyListens) {
                // nor asks
            }
        }
    }
}
