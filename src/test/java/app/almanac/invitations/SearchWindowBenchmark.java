package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.Sandbox;

/**
 * Mode "search": how long a used code can be found, from FusionAuth's {@code user.registration.create.complete} to the
 * search without it: {@code ./mvnw test -Dtest=SearchWindowBenchmark}. It is no part of {@code verify}.
 */
class SearchWindowBenchmark {

    private static final int TIMES = Integer.getInteger("window.times", 40);

    @Test
    void measure() throws Exception {
        var port = Sandbox.freePort();
        var settings = Map.of("FUSIONAUTH_EDITION", "licensed", "INVITATIONS_MODE", "search");
        try (var sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:" + port), settings);
                var almanac = new Instance(sandbox, port, settings)) {
            var ana = new PersonId(sandbox.fusionAuth().idOf("ana@example.com"));
            almanac.bean(Invitations.class).arrived(ana, "Ana Alvarez", "ana@example.com");
            for (var queue : new int[] {0, 50}) {
                queued(almanac, sandbox, queue);
                measure(almanac, sandbox, ana, queue);
            }
        }
    }

    /** Others whose codes change at the same moment. */
    private static void queued(Instance almanac, Sandbox sandbox, int queue) {
        for (int i = 0; i < queue; i++) {
            var email = UUID.randomUUID() + "@example.com";
            sandbox.fusionAuth().registersForAlmanac(email);
            var person = new PersonId(sandbox.fusionAuth().idOf(email));
            almanac.bean(Invitations.class).arrived(person, "Somebody", email);
        }
    }

    private static void measure(Instance almanac, Sandbox sandbox, PersonId ana, int queue) throws Exception {
        var windows = new long[TIMES];
        for (int i = -2; i < TIMES; i++) {
            almanac.bean(Invitations.class).issue(ana, true);
            var code =
                    almanac.bean(InvitationRows.class).of(ana).getLast().code().value();
            await(() -> sandbox.fusionAuth().searchFinds(code));
            Thread.sleep(RandomGenerator.getDefault().nextLong(1000)); // whatever is due each second has no say in it
            if (queue > 0) {
                almanac.bean(JdbcClient.class)
                        .sql("UPDATE inviter SET wanted = wanted + 1 WHERE person_id <> :ana")
                        .param("ana", ana.value())
                        .update();
            }
            var begun = System.nanoTime();
            sandbox.fusionAuth().createByApi(UUID.randomUUID() + "@example.com", code);
            await(() -> !sandbox.fusionAuth().searchFinds(code));
            if (i >= 0) {
                windows[i] = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            }
        }
        Arrays.sort(windows);
        System.out.printf(
                "benchmark: window of mode search, %d others at once: min %d ms, median %d ms, 95 %% %d ms, max %d ms, n %d%n",
                queue, windows[0], windows[TIMES / 2], windows[TIMES * 95 / 100], windows[TIMES - 1], TIMES);
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }
}
