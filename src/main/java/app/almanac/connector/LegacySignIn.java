package app.almanac.connector;

import app.almanac.connector.Hashing.Result;
import app.almanac.security.ServingSettings;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Decides whether somebody may come in from the legacy store: in time, and alike for everybody who may not. */
@Component
class LegacySignIn {

    /** A try: the login name as typed, the password, and where it comes from as far as FusionAuth knows (else empty). */
    record Attempt(String login, Secret password, String address) {

        @Override
        public String toString() {
            return "Attempt[***]";
        }
    }

    /** What came of it. */
    sealed interface Outcome {

        /** {@code weak}: the old hash is fast to guess, so the password is to be changed. */
        record Accepted(LegacyUser user, boolean weak) implements Outcome {}

        record Refused(Refusal why) implements Outcome {}

        record Unavailable(Failure why) implements Outcome {}
    }

    /** Why nobody was let in; to the outside all are the same. */
    enum Refusal {
        UNKNOWN,
        UNFIT,
        WRONG_PASSWORD,
        DISABLED,
        AMBIGUOUS,
        NAMELESS,
        UNREADABLE_HASH,
        THROTTLED
    }

    /** Why there is no answer now. */
    enum Failure {
        STORE,
        BUSY
    }

    /** For look-up and hash together; what is left of the 800 ms is for reading and writing. */
    private static final Duration IN_ALL = Duration.ofMillis(700);

    private static final Duration LOOK_UP = Duration.ofMillis(450);

    private final Throttle throttle;
    private final LegacyStore store;
    private final Hashing hashing;
    private final MigrationRecord record;
    /** A quarter of {@code REQUESTS_AT_ONCE}, for who is looked at, until the answer. */
    final Semaphore places;
    /** As many for who is not looked at, so that they keep out nobody who is. */
    final Semaphore throttledPlaces;
    /** When a refusal is answered: as late as the store's costliest hash needs it. */
    private volatile Duration refusedAfter = EqualTime.FLOOR;

    LegacySignIn(
            Throttle throttle, LegacyStore store, Hashing hashing, MigrationRecord record, ServingSettings serving) {
        this.places = new Semaphore(Math.max(1, serving.requestsAtOnce() / 4));
        this.throttledPlaces = new Semaphore(Math.max(1, serving.requestsAtOnce() / 4));
        this.throttle = throttle;
        this.store = store;
        this.hashing = hashing;
        this.record = record;
    }

    /** No thread waits for a refusal, whose time to be answered is still to come. */
    CompletableFuture<Outcome> of(Attempt attempt) {
        var start = System.nanoTime();
        return switch (throttle.admit(attempt.login(), attempt.address())) {
            case Throttle.Admission.Refused ignored ->
                inPlace(throttledPlaces, attempt, start, () -> new Outcome.Refused(Refusal.THROTTLED))
                        .orElseGet(() -> busy(attempt));
            case Throttle.Admission.Granted(var granted) ->
                lookedAt(attempt, granted, start).orElseGet(() -> {
                    granted.foundNoPlace();
                    return busy(attempt);
                });
        };
    }

    private Optional<CompletableFuture<Outcome>> lookedAt(Attempt attempt, Throttle.Try granted, long start) {
        return hashing.isFull(left(start))
                ? Optional.empty()
                : inPlace(places, attempt, start, () -> decide(attempt, granted, start));
    }

    private CompletableFuture<Outcome> busy(Attempt attempt) {
        record.failed(attempt.login(), Failure.BUSY.name());
        return CompletableFuture.completedFuture(new Outcome.Unavailable(Failure.BUSY));
    }

    /** Empty when there is no place; it is taken until the answer. */
    private Optional<CompletableFuture<Outcome>> inPlace(
            Semaphore among, Attempt attempt, long start, Supplier<Outcome> decision) {
        if (!among.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(answer(attempt, decision.get(), start).whenComplete((outcome, e) -> among.release()));
        } catch (RuntimeException | Error e) {
            among.release();
            throw e;
        }
    }

    private CompletableFuture<Outcome> answer(Attempt attempt, Outcome outcome, long start) {
        return switch (outcome) {
            case Outcome.Accepted(var user, var weak) -> {
                record.arrived(user.id(), weak);
                yield CompletableFuture.completedFuture(outcome);
            }
            case Outcome.Refused(var why) -> {
                record.failed(attempt.login(), why.name());
                yield EqualTime.later(outcome, start, refusedAfter);
            }
            case Outcome.Unavailable(var why) -> {
                record.failed(attempt.login(), why.name());
                yield CompletableFuture.completedFuture(outcome);
            }
        };
    }

    private Outcome decide(Attempt attempt, Throttle.Try granted, long start) {
        return switch (store.find(attempt.login(), LOOK_UP)) {
            case LegacyStore.Answer.Unavailable ignored -> {
                granted.takeBack();
                yield new Outcome.Unavailable(Failure.STORE);
            }
            case LegacyStore.Answer.None ignored -> refuse(attempt, granted, Refusal.UNKNOWN, start);
            case LegacyStore.Answer.Unfit ignored -> refuse(attempt, granted, Refusal.UNFIT, start);
            case LegacyStore.Answer.Several ignored -> refuse(attempt, granted, Refusal.AMBIGUOUS, start);
            case LegacyStore.Answer.Keyless ignored -> refuse(attempt, granted, Refusal.NAMELESS, start);
            case LegacyStore.Answer.One(var user) -> {
                var hash = LegacyHash.of(user.hash()).orElse(null);
                if (!granted.isFor(user.key())) {
                    yield refuse(attempt, granted, Refusal.THROTTLED, start);
                } else if (user.disabled()) { // unchecked, or how long the place is taken would tell a right password
                    yield refuse(attempt, granted, Refusal.DISABLED, start);
                } else if (!user.hasName()) {
                    yield refuse(attempt, granted, Refusal.NAMELESS, start);
                } else if (hash == null) {
                    yield refuse(attempt, granted, Refusal.UNREADABLE_HASH, start);
                }
                if (!hash.isQuick()) {
                    refusedAfter = IN_ALL;
                }
                Function<Result.Done, Outcome> judge = done -> done.right()
                        ? new Outcome.Accepted(user, hash.isWeak())
                        : new Outcome.Refused(Refusal.WRONG_PASSWORD);
                var result =
                        hashing.check(attempt.password(), left(start), late -> outcome(granted, judge, late), hash);
                yield outcome(granted, judge, result);
            }
        };
    }

    /** As if a password had been checked: whoever may not come in waits like whoever is mistaken. */
    private Outcome refuse(Attempt attempt, Throttle.Try granted, Refusal why, long start) {
        Function<Result.Done, Outcome> judge = done -> new Outcome.Refused(why);
        var result = hashing.pretend(attempt.password(), left(start), late -> outcome(granted, judge, late));
        return outcome(granted, judge, result);
    }

    private static Outcome outcome(Throttle.Try granted, Function<Result.Done, Outcome> judge, Result result) {
        return switch (result) {
            case Result.Done done -> settle(granted, judge, done);
            case Result.Late ignored -> new Outcome.Unavailable(Failure.BUSY); // it counts until it is found right
            case Result.Busy ignored -> {
                granted.foundNoPlace();
                yield new Outcome.Unavailable(Failure.BUSY);
            }
        };
    }

    private static Outcome settle(Throttle.Try granted, Function<Result.Done, Outcome> judge, Result.Done done) {
        var outcome = judge.apply(done);
        if (outcome instanceof Outcome.Refused) {
            granted.failedAfter(done.took());
        } else {
            granted.takeBack();
        }
        return outcome;
    }

    private static Duration left(long start) {
        return Duration.ofNanos(Math.max(0, start + IN_ALL.toNanos() - System.nanoTime()));
    }
}
