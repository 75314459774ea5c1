package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.DatabaseProxy;
import sandbox.Sandbox;

/**
 * Many invitees for each code at once, through two instances, hosted form and join page mixed, one instance cut off its
 * database in the middle, and every later event lost: exactly one user for each code, and no code lost.
 * {@code -Drace.codes=200 -Drace.invitees=100} is the full size.
 */
class RaceTests {

    private static final int CODES = Integer.getInteger("race.codes", 12);
    private static final int INVITEES = Integer.getInteger("race.invitees", 16);
    /** Nobody is sent away for want of a place: all are to meet in the database. */
    private static final Map<String, String> ROOM = Map.of("REQUESTS_AT_ONCE", "2000");

    private enum Door {
        HOSTED,
        JOIN
    }

    @Test
    void exactlyOneUserForEachCodeThoughAnInstanceIsCutOffInTheMiddle() throws Exception {
        var port = Sandbox.freePort();
        var url = URI.create("http://localhost:" + port);
        try (var sandbox = Sandbox.start(Sandbox.Ports.ANY, url, "community");
                var first = new Instance(sandbox, port, ROOM)) {
            sandbox.fusionAuth().unchecked();
            var address = String.valueOf(sandbox.settings().get("DATABASE_URL"));
            var database = URI.create(address.substring("jdbc:".length()));
            var cable = new DatabaseProxy(database.getPort());
            var second = new Instance(
                    sandbox,
                    Sandbox.freePort(),
                    Map.of(
                            "REQUESTS_AT_ONCE",
                            ROOM.get("REQUESTS_AT_ONCE"),
                            "DATABASE_URL",
                            address.replace(":" + database.getPort() + "/", ":" + cable.port() + "/")));
            var token = String.valueOf(sandbox.settings().get("HOOK_TOKEN"));
            sandbox.fusionAuth()
                    .webhook(
                            first.url().resolve("/fusionauth/events"),
                            token,
                            List.of("user.registration.create"),
                            List.of("user.registration.create.complete"));
            var codes = codes(first, new PersonId(sandbox.fusionAuth().idOf("ana@example.com")));
            var begun = System.nanoTime();

            race(sandbox, first, second, codes, () -> {
                // What FusionAuth has answered that instance is not written down any more
                cable.behave(DatabaseProxy.Behaviour.REFUSE);
                sandbox.fusionAuth().loseEvents("user.registration.create.complete");
            });
            second.close();
            cable.close();

            var seconds = (System.nanoTime() - begun) / 1_000_000_000.0;
            // What the lost instance left behind is settled as it would be ten minutes later; then nothing is under
            // way.
            first.bean(JdbcClient.class)
                    .sql("UPDATE invitation SET reserved_until = now() WHERE reserved_until IS NOT NULL")
                    .update();
            first.bean(Repairs.class).repair();
            var users = sandbox.fusionAuth().usersByInviteCode();
            System.out.printf(
                    "race: %d codes, %d invitees each, %.0f s, %d users%n", CODES, INVITEES, seconds, users.size());
            for (var code : codes) {
                var by = users.getOrDefault(code, List.of());
                var invitation = first.bean(InvitationRows.class)
                        .look(new InviteCode(code))
                        .orElseThrow()
                        .invitation();
                assertThat(by).as("users with one code").hasSizeLessThanOrEqualTo(1);
                if (by.isEmpty()) {
                    assertThat(invitation.state()).as("a code that nobody got").isEqualTo(Invitation.State.OPEN);
                } else {
                    assertThat(invitation.state()).isEqualTo(Invitation.State.REDEEMED);
                    assertThat(invitation.invitee()).isEqualTo(new PersonId(by.getFirst()));
                }
            }
            // With so many invitees for each, a code can only be left where the loss of an instance hit its one holder.
            assertThat(users.size()).isGreaterThanOrEqualTo(CODES / 2);
        }
    }

    /** All invitees of one code start together, through both instances and by both doors; two codes overlap. */
    private static void race(Sandbox sandbox, Instance first, Instance second, List<String> codes, Runnable cut)
            throws InterruptedException {
        var places = new Semaphore(2 * INVITEES);
        var surprises = new AtomicInteger();
        var cameIn = new ConcurrentHashMap<Door, Integer>();
        var underWayAtTheCut = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < codes.size(); i++) {
                var code = codes.get(i);
                var ready = new CountDownLatch(INVITEES);
                for (int invitee = 0; invitee < INVITEES; invitee++) {
                    places.acquire();
                    var through = invitee % 2 == 0 ? first : second;
                    // The hosted form is faster: every fourth code is the join page's alone.
                    var door = i % 4 == 3 || (invitee / 2) % 2 == 0 ? Door.JOIN : Door.HOSTED;
                    threads.execute(() -> {
                        try {
                            if (isIn(sandbox, through, door, code, ready)) {
                                cameIn.merge(door, 1, Integer::sum);
                            }
                        } catch (RuntimeException | InterruptedException theInstanceIsLost) {
                            if (through == first) {
                                surprises.incrementAndGet();
                            }
                        } finally {
                            ready.countDown();
                            places.release();
                        }
                    });
                }
                ready.await();
                if (i == codes.size() / 2) {
                    underWayAtTheCut.set(2 * INVITEES - places.availablePermits());
                    cut.run();
                }
            }
        }
        assertThat(surprises.get())
                .as("failures through the instance that goes on")
                .isZero();
        assertThat(underWayAtTheCut).as("under way at the cut").hasPositiveValue();
        assertThat(cameIn).containsOnlyKeys(Door.values());
        System.out.printf("race: came in by %s, %s under way at the cut%n", cameIn, underWayAtTheCut);
    }

    /**
     * The hosted form asks as the lambda does and has FusionAuth make the user; the join page, opened before all start,
     * does it by itself.
     */
    private static boolean isIn(Sandbox sandbox, Instance through, Door door, String code, CountDownLatch ready)
            throws InterruptedException {
        var email = UUID.randomUUID() + "@example.com";
        if (door == Door.JOIN) {
            var page = through.opened(code);
            start(ready);
            return through.typed(page, email, "a good long password") == 303;
        }
        start(ready);
        return through.reserve(code, email).body().equals("{\"valid\":true}")
                && sandbox.fusionAuth().createByApi(email, code);
    }

    private static void start(CountDownLatch ready) throws InterruptedException {
        ready.countDown();
        ready.await();
    }

    private static List<String> codes(Instance instance, PersonId ana) {
        instance.bean(Invitations.class).arrived(ana, "Ana Alvarez", "ana@example.com");
        var codes = new ArrayList<String>();
        for (int i = 3; i < CODES; i++) {
            instance.bean(Invitations.class).issue(ana, true);
        }
        instance.bean(InvitationRows.class)
                .of(ana)
                .forEach(invitation -> codes.add(invitation.code().value()));
        return codes;
    }
}
