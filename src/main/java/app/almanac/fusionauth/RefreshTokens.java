package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import io.fusionauth.domain.api.jwt.RefreshTokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The refresh tokens of Almanac's application, known by their ids only: one for each device. */
@Component
public class RefreshTokens {

    /** Whether a refresh token is still good. */
    public enum Presence {
        THERE,
        GONE,
        UNKNOWN
    }

    /** A page asks twice in a row at most: how somebody stands, and where they are signed in. */
    private static final Duration READ = Duration.ofMillis(800);

    private static final Duration WRITE = Duration.ofSeconds(1);

    private final FusionAuthCaller fusionAuth;
    private final FusionAuthSettings settings;

    RefreshTokens(FusionAuthCaller fusionAuth, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.settings = settings;
    }

    /**
     * Those of one person. Entries without an application are single sign-on sessions, and others are other
     * applications': both are left out. FusionAuth lists the newest 1,000 only.
     */
    public RefreshTokensAnswer of(PersonId person) {
        Answer<RefreshTokenResponse> answer =
                fusionAuth.call("for refresh tokens", READ, client -> client.retrieveRefreshTokens(person.value()));
        if (answer.is(404)) {
            return new RefreshTokensAnswer.Known(List.of());
        }
        if (!answer.succeeded() || answer.value() == null) {
            return new RefreshTokensAnswer.Unavailable();
        }
        var listed = answer.value().refreshTokens;
        return new RefreshTokensAnswer.Known(
                listed == null
                        ? List.of()
                        : listed.stream()
                                .filter(token -> token.id != null
                                        && settings.applicationId().equals(token.applicationId)
                                        && (token.userId == null
                                                || person.value().equals(token.userId)))
                                .map(RefreshTokens::known)
                                .toList());
    }

    public Presence presence(UUID id) {
        Answer<RefreshTokenResponse> answer =
                fusionAuth.call("for a refresh token", READ, client -> client.retrieveRefreshTokenById(id));
        if (answer.is(404)) {
            return Presence.GONE;
        }
        return answer.succeeded() ? Presence.THERE : Presence.UNKNOWN;
    }

    /** Whether the refresh token is revoked now; also when it was not there. */
    public boolean revoke(UUID id) {
        var answer = fusionAuth.call("to revoke a refresh token", WRITE, client -> client.revokeRefreshTokenById(id));
        return answer.succeeded() || answer.is(404);
    }

    private static RefreshToken known(io.fusionauth.domain.jwt.RefreshToken token) {
        var device = token.metaData == null ? null : token.metaData.device;
        var since = token.insertInstant == null ? token.startInstant : token.insertInstant;
        return new RefreshToken(
                token.id,
                since == null ? Instant.EPOCH : since.toInstant(),
                device == null ? null : device.name,
                device == null ? null : device.lastAccessedAddress,
                device == null || device.lastAccessedInstant == null ? null : device.lastAccessedInstant.toInstant());
    }
}
