package app.almanac.security;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RefreshToken;
import app.almanac.fusionauth.RefreshTokens;
import app.almanac.fusionauth.RefreshTokensAnswer;
import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.upstream.Upstream;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Whether FusionAuth still lets somebody be signed in: their user is active and registered, their session's refresh
 * token is there. One view a person is kept in memory and shared by their sessions. From its fiftieth second on it is
 * renewed beside the next request; a request waits for a new one only when the view is a minute old. So what changes
 * at FusionAuth takes effect within a minute, and a person who is reading never waits.
 */
@Component
class Standing {

    /** How a session stands with FusionAuth. */
    sealed interface Verdict {

        /** It may go on; {@code roles} are those of now, null when nothing newer than the session is known. */
        record Good(@Nullable Set<String> roles) implements Verdict {}

        /** FusionAuth has ended it. {@code reason} as in {@link SessionGuard.Farewell}. */
        record Ended(String reason) implements Verdict {}

        /** FusionAuth does not answer, and the last good view is too old for anything but reading. */
        record Unknown() implements Verdict {}
    }

    static final Duration RENEWED = Duration.ofSeconds(50);
    static final Duration GOOD = Duration.ofSeconds(60);
    /** While FusionAuth does not answer, the last good view serves for another minute. */
    static final Duration SERVES = GOOD.plusSeconds(60);

    private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(Standing.class);

    /** What FusionAuth said; {@code asked} is when it was asked. {@code user} is null for somebody it does not know. */
    private record View(@Nullable User user, Set<UUID> tokens, Instant asked) {}

    /** One person's view and the one question under way. */
    private static final class Entry {

        private volatile @Nullable View view;
        private volatile Instant failed = Instant.EPOCH;
        private @Nullable CompletableFuture<Void> asking;
    }

    private final Users users;
    private final RefreshTokens refreshTokens;
    private final Clock clock;
    private final ExecutorService threads = Upstream.threads();
    private final Cache<PersonId, Entry> entries = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofMinutes(10))
            .maximumSize(100_000)
            .build();

    Standing(Users users, RefreshTokens refreshTokens, Clock clock) {
        this.users = users;
        this.refreshTokens = refreshTokens;
        this.clock = clock;
    }

    Verdict of(CurrentPerson person) {
        var entry = entries.get(person.id(), id -> new Entry());
        var now = clock.instant();
        var age = age(entry, person, now);
        if (age.compareTo(RENEWED) >= 0 && entry.failed.plus(BETWEEN_FAILURES).isBefore(now)) {
            var asking = ask(entry, person.id());
            if (age.compareTo(GOOD) >= 0) {
                asking.join();
                age = age(entry, person, clock.instant());
            }
        }
        return age.compareTo(SERVES) < 0 ? judged(entry, person) : new Verdict.Unknown();
    }

    /** A sign-in is as good as a view: its tokens were issued then. */
    private static Duration age(Entry entry, CurrentPerson person, Instant now) {
        var view = newerThan(person, entry);
        return Duration.between(view == null ? person.signedInAt() : view.asked(), now);
    }

    private static @Nullable View newerThan(CurrentPerson person, Entry entry) {
        var view = entry.view;
        return view != null && view.asked().isAfter(person.signedInAt()) ? view : null;
    }

    private Verdict judged(Entry entry, CurrentPerson person) {
        var view = newerThan(person, entry);
        if (view == null) {
            return new Verdict.Good(null);
        }
        var user = view.user();
        if (user == null) {
            return new Verdict.Ended("gone");
        }
        if (!user.active()) {
            return new Verdict.Ended("locked");
        }
        var registration = user.registration();
        if (registration == null) {
            return new Verdict.Ended("unregistered");
        }
        var token = person.refreshTokenId();
        if (token != null && !view.tokens().contains(token) && isGone(token, view)) {
            return new Verdict.Ended("revoked");
        }
        return new Verdict.Good(registration.roles());
    }

    /** The listing has the newest thousand only, and another instance's clock may differ: nobody is out by it alone. */
    private boolean isGone(UUID token, View view) {
        return switch (refreshTokens.presence(token)) {
            case GONE -> true;
            case UNKNOWN -> false;
            case THERE -> {
                view.tokens().add(token);
                yield false;
            }
        };
    }

    /** Asks FusionAuth, once at a time for a person. */
    private CompletableFuture<Void> ask(Entry entry, PersonId person) {
        synchronized (entry) {
            var asking = entry.asking;
            if (asking == null || asking.isDone()) {
                asking = CompletableFuture.runAsync(() -> renew(entry, person), threads)
                        .exceptionally(e -> {
                            log.error(
                                    "Asking how somebody stands failed: {}",
                                    e.getClass().getSimpleName());
                            return null;
                        });
                entry.asking = asking;
            }
            return asking;
        }
    }

    private void renew(Entry entry, PersonId person) {
        var asked = clock.instant();
        var listing = CompletableFuture.supplyAsync(() -> refreshTokens.of(person), threads);
        var user = users.byId(person);
        if (!(listing.join() instanceof RefreshTokensAnswer.Known(var listed))
                || user instanceof UserAnswer.Unavailable) {
            entry.failed = asked;
            return;
        }
        var tokens = listed.stream().map(RefreshToken::id).collect(Collectors.toSet());
        var known = user instanceof UserAnswer.Known(var found) ? found : null;
        var set = ConcurrentHashMap.<UUID>newKeySet();
        set.addAll(tokens);
        entry.view = new View(known, set, asked);
    }
}
