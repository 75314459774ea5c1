package app.almanac.google;

import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.upstream.Secret;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Access tokens, made from refresh tokens and kept in memory until shortly before they expire, under the refresh
 * token's fingerprint: whoever does not hold the one never gets the other. One refresh at a time for each; one that
 * was refused rests for 30 seconds, one that was not answered for 10 or for as long as Google asked.
 */
@Component
public class GoogleAccessTokens {

    /** What came of revoking a grant at Google. */
    public enum Revocation {
        REVOKED,
        /** Google does not know it any more. */
        ALREADY_DEAD,
        NOT_REACHED
    }

    private record Known(GoogleAccess access, Instant until) {}

    private static final Duration MARGIN = Duration.ofMinutes(2);
    private static final Duration REST = Duration.ofSeconds(30);
    /** Shorter than the rest of an account that could not be read, so that the two do not add up. */
    private static final Duration AFTER_NO_ANSWER = Duration.ofSeconds(10);

    private final TokenEndpoint endpoint;
    private final Clock clock;
    private final Cache<String, CompletableFuture<Known>> known = Caffeine.newBuilder()
            .maximumSize(50_000)
            .expireAfterAccess(Duration.ofHours(1))
            .build();

    GoogleAccessTokens(TokenEndpoint endpoint, Clock clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    public GoogleAccess of(Secret refreshToken) {
        var key = refreshToken.fingerprint();
        while (true) {
            var mine = new CompletableFuture<Known>();
            var current = known.asMap().putIfAbsent(key, mine);
            if (current == null) {
                return refreshed(refreshToken, mine).access();
            }
            var result = current.join();
            if (clock.instant().isBefore(result.until())) {
                return result.access();
            }
            known.asMap().remove(key, current);
        }
    }

    /** Google's API did not take this access token: the next caller refreshes. A newer one is left alone. */
    public void rejected(Secret refreshToken, Secret accessToken) {
        var current = known.getIfPresent(refreshToken.fingerprint());
        if (current != null
                && current.isDone()
                && current.join().access() instanceof GoogleAccess.Allowed(var cached, var ignored)
                && cached.equals(accessToken)) {
            known.asMap().remove(refreshToken.fingerprint(), current);
        }
    }

    /** Google's API takes no access token of this refresh token, fresh as it may be: it rests as a dead one. */
    void dead(Secret refreshToken) {
        var dead = new GoogleAccess.Dead(GoogleAccess.Dead.Reason.NOT_ACCEPTED);
        known.put(
                refreshToken.fingerprint(),
                CompletableFuture.completedFuture(
                        new Known(dead, clock.instant().plus(REST))));
    }

    public void forget(Secret refreshToken) {
        known.invalidate(refreshToken.fingerprint());
    }

    public Revocation revoke(Secret refreshToken) {
        forget(refreshToken);
        return endpoint.revoke(refreshToken.reveal());
    }

    private Known refreshed(Secret refreshToken, CompletableFuture<Known> mine) {
        var result = new Known(
                new GoogleAccess.Unreachable(Cause.DOWN), clock.instant().plus(AFTER_NO_ANSWER));
        try {
            result = ask(refreshToken);
        } finally {
            Metrics.counter("almanac.google.refreshes", "result", word(result.access()))
                    .increment();
            mine.complete(result);
        }
        return result;
    }

    private static String word(GoogleAccess access) {
        return switch (access) {
            case GoogleAccess.Allowed(var ignored, var calendarPermission) ->
                calendarPermission ? "allowed" : "calendar-permission-missing";
            case GoogleAccess.Dead(var reason) ->
                reason == GoogleAccess.Dead.Reason.ORGANISATION ? "organisation" : "dead";
            case GoogleAccess.Unreachable(var cause) -> cause == Cause.OPERATOR ? "operator" : "unreachable";
        };
    }

    private static Duration rest(Cause cause, @Nullable Duration asked) {
        if (cause == Cause.NO_PLACE) {
            return Duration.ZERO;
        }
        return asked == null || asked.compareTo(AFTER_NO_ANSWER) < 0 ? AFTER_NO_ANSWER : asked;
    }

    private Known ask(Secret refreshToken) {
        var answer = endpoint.refresh(refreshToken.reveal());
        var now = clock.instant();
        return switch (answer) {
            case TokenEndpoint.Answer.Tokens(var json) -> {
                var life = Duration.ofSeconds(json.path("expires_in").asLong(300));
                var used = life.compareTo(MARGIN.multipliedBy(2)) > 0 ? life.minus(MARGIN) : life.dividedBy(2);
                yield new Known(
                        new GoogleAccess.Allowed(
                                new Secret(json.path("access_token").asString("")),
                                Scopes.allowCalendars(json.path("scope").asString(""))),
                        now.plus(used));
            }
            case TokenEndpoint.Answer.NotAccepted(var organisation) ->
                new Known(
                        new GoogleAccess.Dead(
                                organisation
                                        ? GoogleAccess.Dead.Reason.ORGANISATION
                                        : GoogleAccess.Dead.Reason.NOT_ACCEPTED),
                        now.plus(REST));
            case TokenEndpoint.Answer.Unreachable(var cause, var asked) ->
                new Known(new GoogleAccess.Unreachable(cause), now.plus(rest(cause, asked)));
        };
    }
}
