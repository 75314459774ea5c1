package app.almanac.google;

import app.almanac.google.GoogleCalendarAnswer.Cause;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Accounts that could not be read and are left alone for a while: about 15 seconds the first time, then 20, or as long
 * as Google asked for. A rest begins when a call has failed, which a hanging one does after 4 seconds at the most: with
 * the longest usual rest of 24 seconds an account is tried again within half a minute. Each rest ends at a moment of its
 * own, so that nobody comes back in a herd.
 */
class Rests {

    private record Rest(Cause cause, Instant until) {}

    private static final Duration FIRST = Duration.ofSeconds(15);
    private static final Duration LATER = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final double JITTER = 0.2;

    private final Clock clock;
    private final Cache<String, Rest> rests = Caffeine.newBuilder()
            .maximumSize(50_000)
            .expireAfterWrite(LONGEST.multipliedBy(2))
            .build();

    Rests(Clock clock) {
        this.clock = clock;
    }

    /** Why the account is resting at the moment, if it is. */
    @Nullable
    Cause now(String account) {
        var rest = rests.getIfPresent(account);
        return rest != null && clock.instant().isBefore(rest.until()) ? rest.cause() : null;
    }

    /** Whether the last reading of the account came to nothing. */
    boolean isKnown(String account) {
        return rests.getIfPresent(account) != null;
    }

    void begin(String account, Cause cause, @Nullable Duration asked) {
        var usual = isKnown(account) ? LATER : FIRST;
        var jittered = usual.plusMillis(ThreadLocalRandom.current().nextLong((long) (usual.toMillis() * JITTER) + 1));
        var rest = asked == null || asked.compareTo(jittered) < 0 ? jittered : asked;
        rests.put(account, new Rest(cause, clock.instant().plus(rest)));
    }

    void end(String account) {
        rests.invalidate(account);
    }

    /** {@code Retry-After} in seconds, five minutes at the most; a date, which Google does not send, counts for nothing. */
    static @Nullable Duration asked(@Nullable String retryAfter) {
        return retryAfter != null && retryAfter.matches("\\d{1,9}")
                ? Duration.ofSeconds(Math.min(Long.parseLong(retryAfter), LONGEST.toSeconds()))
                : null;
    }
}
