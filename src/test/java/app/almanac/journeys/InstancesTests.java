package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two instances on one PostgreSQL; each request goes to the one that the test says. */
class InstancesTests {

    private static final String EVENTS = "/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";

    private static World world;
    private static URI one;
    private static URI other;

    @BeforeAll
    static void start() {
        world = World.with();
        one = world.url();
        other = world.secondInstance();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void aSignInBegunAtOneInstanceEndsAtTheOther() {
        var ana = world.visitor().through(one).get("/login");

        ana.through(other).signIn("ana@example.com");

        assertThat(ana.at().getPath()).isEqualTo("/calendar");
        assertThat(ana.status()).isEqualTo(200);
        assertThat(ana.through(one).get("/accounts").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"hosted,ana.home@gmail.example", "direct,ana.work@work.example"})
    void aConnectionBegunAtOneInstanceEndsAtTheOtherAndIsSeenAtBothAtOnce(String route, String account) {
        var ana = world.signedIn("ana@example.com");
        ana.through(other).get("/calendar");
        ana.through(one).get("/calendar");
        ana.connect(route);

        ana.through(other).chooseAndAllow(account);

        assertThat(ana.outcome()).isEqualTo("connected");
        assertThat(ana.get("/calendar").accounts()).containsEntry(account, "connected");
        assertThat(ana.through(one).get("/calendar").accounts()).containsEntry(account, "connected");
    }

    @Test
    void aDisconnectionAtOneInstanceIsSeenAtTheOtherAtOnce() {
        var account = "ana.club@club.example";
        var tess = world.signedIn("tess@school.example").connect("direct").chooseAndAllow(account);
        assertThat(tess.through(other).get("/calendar").accounts()).containsKey(account);
        var id = tess.through(one).idOf(account);
        tess.submit(tess.form("/accounts/" + id + "/disconnection"), Map.of());

        tess.through(other);

        assertThat(tess.get("/calendar").accounts()).isEmpty();
    }

    @Test
    void whoSignsOutAtOneInstanceIsOutAtTheOtherWithTheCookieThatTheyHad() {
        var ana = world.signedIn("ana@example.com");
        var cookie = ana.cookie();
        assertThat(ana.through(other).get(EVENTS).status()).isEqualTo(200);

        ana.through(one).get("/accounts").submit(ana.form("/logout"), Map.of());

        assertThat(world.visitor().with(cookie).through(other).get(EVENTS).status())
                .isEqualTo(401);
    }
}
