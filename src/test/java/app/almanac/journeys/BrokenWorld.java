package app.almanac.journeys;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sandbox.DatabaseProxy;
import sandbox.FaultProxy;
import sandbox.GoogleStandIn;

/** A world whose upstreams can be broken, and whose time can be put forward. Ana has two accounts, Ben has one. */
final class BrokenWorld implements AutoCloseable {

    static final String HOME = "ana.home@gmail.example";
    static final String WORK = "ana.work@work.example";
    static final String BENS = "ben.home@gmail.example";

    private final World world;
    private @Nullable FaultProxy fusionAuth;
    private @Nullable FaultProxy google;
    private @Nullable DatabaseProxy database;

    BrokenWorld() {
        world = World.behind(sandbox -> {
            var toFusionAuth = new FaultProxy(sandbox.fusionAuth().url());
            var toGoogle = new FaultProxy(sandbox.google().url());
            var databaseUrl = URI.create(
                    String.valueOf(sandbox.settings().get("DATABASE_URL")).substring("jdbc:".length()));
            var toDatabase = new DatabaseProxy(databaseUrl.getPort());
            fusionAuth = toFusionAuth;
            google = toGoogle;
            database = toDatabase;
            return Map.of(
                    "FUSIONAUTH_INTERNAL_URL", toFusionAuth.url().toString(),
                    "GOOGLE_TOKEN_URL", toGoogle.url() + "/token",
                    "GOOGLE_REVOCATION_URL", toGoogle.url() + "/revoke",
                    "GOOGLE_CALENDAR_URL", toGoogle.url().toString(),
                    "DATABASE_URL", "jdbc:postgresql://localhost:" + toDatabase.port() + databaseUrl.getPath());
        });
        link("ana@example.com", HOME);
        link("ana@example.com", WORK);
        link("ben@example.com", BENS);
    }

    World world() {
        return world;
    }

    FaultProxy fusionAuth() {
        return Objects.requireNonNull(fusionAuth);
    }

    FaultProxy google() {
        return Objects.requireNonNull(google);
    }

    DatabaseProxy database() {
        return Objects.requireNonNull(database);
    }

    /** Makes or renews a link; the refresh token in it. */
    String link(String person, String account) {
        var token = world.sandbox().google().grant(account);
        world.sandbox().fusionAuth().link(person, GoogleStandIn.subOf(account), account, token);
        return token;
    }

    /** Everything answers again, and whoever rests has rested. */
    void heal(Duration later) {
        fusionAuth().healthy();
        google().healthy();
        database().behave(DatabaseProxy.Behaviour.HEALTHY);
        world.clock().forward(later);
    }

    @Override
    public void close() {
        world.close();
        fusionAuth().close();
        google().close();
        database().close();
    }
}
