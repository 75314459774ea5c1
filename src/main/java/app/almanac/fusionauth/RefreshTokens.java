package app.almanac.fusionauth;

import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The refresh tokens of Almanac's application, known by their ids only: one for each device. */
@Component
public class RefreshTokens {

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final FusionAuthCaller fusionAuth;

    RefreshTokens(FusionAuthCaller fusionAuth) {
        this.fusionAuth = fusionAuth;
    }

    /** Whether the refresh token is revoked now; also when it was not there. */
    public boolean revoke(UUID id) {
        var answer =
                fusionAuth.call("to revoke a refresh token", DEADLINE, client -> client.revokeRefreshTokenById(id));
        return answer.succeeded() || answer.is(404);
    }
}
