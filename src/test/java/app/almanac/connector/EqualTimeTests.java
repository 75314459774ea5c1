package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import app.almanac.Wait;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.scrypt.SCryptPasswordEncoder;
import sandbox.LegacyDatabase;

/**
 * Nobody can tell by the time whether somebody is unknown, or which kind of hash they have. So many pairs by default that
 * chance does not reach the bound; {@code -Dalmanac.timings=5000} measures in earnest.
 */
class EqualTimeTests {

    private static final int PAIRS = Integer.getInteger("almanac.timings", 70);
    private static final int KNOWN = 10 + PAIRS / 15;
    private static final int AT_ONCE = 4;

    private static final String MD5 = "{md5}900150983cd24fb0d6963f7d28e17f72";
    private static final Secret RIGHT = new Secret("abc");
    private static final LegacyHash ABC = LegacyHash.of(new Secret(MD5)).orElseThrow();

    /** Unavailable and asked again, for unknown users and known ones. */
    private final AtomicIntegerArray busy = new AtomicIntegerArray(2);

    @Test
    void unknownUsersAndWrongPasswordsTakeTheSameTimeWhateverTheHash() throws Exception {
        try (var room = new LegacyRoom(LegacyDatabase.empty());
                var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var hashes = List.of(
                    MD5,
                    "{bcrypt}" + new BCryptPasswordEncoder(8).encode("right"),
                    "{scrypt}" + new SCryptPasswordEncoder(1024, 8, 1, 32, 16).encode("right"),
                    "{argon2}" + new Argon2PasswordEncoder(16, 32, 1, 4096, 2).encode("right"),
                    "{bcrypt}" + new BCryptPasswordEncoder(10).encode("right"));
            for (int i = 0; i < KNOWN; i++) {
                var hash = hashes.get(i % hashes.size());
                room.legacy.add("" + i, "known" + i, null, null, hash, i % 3 == 0 ? "yes" : "no");
            }
            refusal(room, "known0", 0);
            var refusals = new ArrayList<Callable<Long>>();
            for (int i = 0; i < PAIRS; i++) {
                var pair = i;
                refusals.add(() -> refusal(room, "nobody" + pair, 2 * pair + 1));
                refusals.add(() -> refusal(room, "known" + pair % KNOWN, 2 * pair + 2));
            }
            var order = new ArrayList<>(IntStream.range(0, 2 * PAIRS).boxed().toList());
            Collections.shuffle(order, new Random(8));
            var asked = threads.invokeAll(order.stream().map(refusals::get).toList());
            var unknown = new ArrayList<Long>();
            var wrong = new ArrayList<Long>();
            for (int i = 0; i < order.size(); i++) {
                (order.get(i) % 2 == 0 ? unknown : wrong).add(asked.get(i).get());
            }

            var area = areaUnderTheCurve(unknown, wrong);
            LoggerFactory.getLogger(EqualTimeTests.class)
                    .info(
                            "2 x {} refusals: AUC {}, median {} ms unknown, {} ms wrong, 99 % within {} and {} ms;"
                                    + " asked again {} times",
                            PAIRS,
                            "%.3f".formatted(area),
                            at(unknown, 0.5),
                            at(wrong, 0.5),
                            at(unknown, 0.99),
                            at(wrong, 0.99),
                            busy);
            assertThat(area).isCloseTo(0.5, within(Math.max(0.05, 4 * chance())));
        }
    }

    /** The standard deviation of the area when nothing can be told. */
    private static double chance() {
        return Math.sqrt((2.0 * PAIRS + 1) / (12.0 * PAIRS * PAIRS));
    }

    /** In microseconds; from an address of its own, so that none is throttled, and again while the machine is too busy. */
    private long refusal(LegacyRoom room, String login, int address) {
        var request = room.request(login, "mistaken")
                .replace(LegacyRoom.ADDRESS, "10.%d.%d.1".formatted(address / 250, address % 250));
        room.hashing.check(RIGHT, Duration.ofMinutes(1), late -> {}, ABC); // or the places would rest ever longer
        var took = new long[1];
        var answer = Wait.until(
                () -> {
                    var start = System.nanoTime();
                    var status = room.ask(request).getResponse().getStatus();
                    took[0] = (System.nanoTime() - start) / 1000;
                    if (status == 503) {
                        busy.incrementAndGet(login.startsWith("nobody") ? 0 : 1);
                    }
                    return status;
                },
                status -> status != 503);
        assertThat(answer).isEqualTo(404);
        return took[0];
    }

    /** How often a refusal of the first kind takes longer than one of the second: a half when nothing can be told. */
    private static double areaUnderTheCurve(List<Long> first, List<Long> second) {
        var sorted = second.stream().mapToLong(Long::longValue).sorted().toArray();
        double longer = 0;
        for (var time : first) {
            var found = Arrays.binarySearch(sorted, time);
            longer += found >= 0 ? found + 0.5 : -found - 1;
        }
        return longer / first.size() / second.size();
    }

    private static double at(List<Long> times, double share) {
        var sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1, Math.round(share * sorted.length))] / 1000.0;
    }
}
