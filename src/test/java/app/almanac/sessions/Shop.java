package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.journeys.World;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** A business application, for stories. */
public final class Shop {

    private final World world;
    private final Caller caller;

    public Shop(World world) {
        this.world = world;
        this.caller = Caller.of(world);
    }

    /** Somebody signs in for so many minutes; the identifier of their session. */
    public String begin(String email, String indicator, int minutes) {
        var fusionAuth = world.sandbox().fusionAuth();
        var identifier = "device." + UUID.randomUUID();
        var token = fusionAuth.accessToken(email, Duration.ofMinutes(minutes), Map.of());
        var body = Caller.body(fusionAuth.idOf(email).toString(), token, "indicator", indicator);
        assertThat(caller.put(identifier, body).status()).isEqualTo(201);
        return identifier;
    }

    public int status(String identifier) {
        return caller.get(identifier).status();
    }
}
