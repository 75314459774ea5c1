package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.BENS;
import static app.almanac.journeys.BrokenWorld.HOME;
import static app.almanac.journeys.BrokenWorld.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;

/**
 * Every upstream and every way it can break: what the person sees, within two seconds, while somebody else who reads at
 * the same moment notices nothing. The table in docs/operations.md names what is tried here and what elsewhere.
 */
abstract class FaultTable {

    static final Duration IN_TIME = Duration.ofSeconds(2);
    /** Five megabytes are read, twice where a call is repeated; the rest is in the network's buffers. */
    private static final long NOT_EVERYTHING = 32 << 20;

    private static final AtomicLong READ = new AtomicLong();

    static final String CLUB = "ana.club@club.example";
    static final String EVENTS = "/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";

    static BrokenWorld broken;
    static Visitor ana;
    static Visitor ben;
    private static int pages;

    @BeforeAll
    static void start() {
        broken = new BrokenWorld();
        ana = broken.world().signedIn("ana@example.com");
        ben = broken.world().signedIn("ben@example.com");
        ana.get("/calendar");
        ben.get("/calendar");
    }

    @AfterAll
    static void stop() {
        broken.close();
    }

    private static void allIsWell() {
        broken.heal(Duration.ofMinutes(2));
        READ.set(0);
    }

    /** The ways of an HTTP upstream; 401 and 403 are in the words that this upstream would use. */
    static Map<String, Fault> faults(String unauthorized, String forbidden) {
        var faults = new LinkedHashMap<String, Fault>();
        faults.put("reset", Fault.reset());
        faults.put("hang", Fault.hang());
        faults.put("drip", Fault.drip());
        faults.put("500", Fault.status(500, "", "{}"));
        faults.put("503", Fault.status(503, "", "<html>busy</html>"));
        faults.put("429", Fault.status(429, "Retry-After: 7\r\n", "{}"));
        faults.put("401", Fault.status(401, "", unauthorized));
        faults.put("403", Fault.status(403, "", forbidden));
        faults.put("html", Fault.html());
        faults.put("truncated", Fault.truncated());
        faults.put("huge", Fault.huge(READ));
        return faults;
    }

    static Stream<Arguments> rows(String unauthorized, String forbidden) {
        return faults(unauthorized, forbidden).entrySet().stream()
                .map(fault -> Arguments.of(fault.getKey(), fault.getValue()));
    }

    static void isGone(FaultProxy upstream, String how) {
        if (how.equals("hangs")) {
            upstream.breaking(call -> true, Fault.hang());
        } else {
            upstream.refuse();
        }
    }

    /** A step took too long, or somebody whose upstream is well had to wait: a matter of the machine's time. */
    private static final class TooSlow extends AssertionError {

        private static final long serialVersionUID = 1L;

        TooSlow(String what) {
            super(what);
        }
    }

    /**
     * Up to three times where it was too slow: a machine that stands still for a second while others build on it is no
     * fault of Almanac's, and a fault of Almanac's does not go away. A wrong state is told at once.
     */
    static void fairly(Runnable test) {
        for (int tries = 1; ; tries++) {
            allIsWell();
            try {
                test.run();
                return;
            } catch (TooSlow e) {
                if (tries == 3) {
                    throw e;
                }
            }
        }
    }

    /** Whom a slow machine kept waiting is "loading" or "unreachable"; any other state is wrong. */
    static void isHealthy(Visitor reader, String account) {
        var state = reader.accounts().get(account);
        if ("loading".equals(state) || "unreachable".equals(state)) {
            throw new TooSlow(account + " is well, and is shown as " + reader.accounts());
        }
        assertThat(state).as(account).isEqualTo("connected");
    }

    /** A page of the calendar that was not read before, read once while all is well. */
    static String readBefore() {
        var today = LocalDate.now(ZoneOffset.UTC);
        var page = "/calendar?date=" + today.minusDays(pages % 10) + "&zone=Etc/GMT-" + (pages / 10 + 1);
        pages++;
        ana.get(page);
        isHealthy(ana, HOME);
        isHealthy(ana, WORK);
        assertThat(ana.page().text()).contains("Stand-up");
        broken.world().clock().forward(Duration.ofMinutes(1));
        return page;
    }

    static void whileBenReads(Runnable step) {
        broken.world().clock().forward(Duration.ofMinutes(1));
        var reading = CompletableFuture.runAsync(() -> within(IN_TIME, () -> ben.get("/calendar")));

        within(IN_TIME, step);

        try {
            reading.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
        assertThat(ben.status()).isEqualTo(200);
        isHealthy(ben, BENS);
        assertThat(ben.accounts()).hasSize(1);
        assertThat(READ).hasValueLessThan(NOT_EVERYTHING);
    }

    static void within(Duration time, Runnable step) {
        var begun = System.nanoTime();
        step.run();
        var took = Duration.ofNanos(System.nanoTime() - begun);
        if (took.compareTo(time) >= 0) {
            throw new TooSlow("took " + took + ", and not less than " + time);
        }
    }

    /** What hangs is waited for behind the page until its deadline, and joined by a reload; then the account rests. */
    static void recoversWithin30Seconds(String page) {
        var healed = System.nanoTime();
        broken.heal(Duration.ZERO);
        Wait.until(() -> !ana.get(page).accounts().containsValue("loading"));
        var gone = Duration.ofNanos(System.nanoTime() - healed);
        broken.world().clock().forward(Duration.ofSeconds(30).minus(gone));
        ana.get(page);
        isHealthy(ana, HOME);
        isHealthy(ana, WORK);
    }
}
