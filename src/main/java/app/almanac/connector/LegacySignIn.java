package app.almanac.connector;

import app.almanac.connector.Hashing.Result;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    /** The costliest hash of the store that could be checked in time: what an unknown user's password is checked against. */
    private volatile LegacyHash decoy = LegacyHash.DECOY;

    LegacySignIn(Throttle throttle, LegacyStore store, Hashing hashing, MigrationRecord record) {
        this.throttle = throttle;
        this.store = store;
        this.hashing = hashing;
        this.record = record;
    }

    Outcome of(Attempt attempt) {
        var start = System.nanoTime();
        var outcome = decide(attempt, start);
        switch (outcome) {
            case Outcome.Accepted accepted -> record.arrived(accepted);
            case Outcome.Refused(var why) -> {
                record.failed(attempt.login(), why.name());
                EqualTime.hold(start);
            }
            case Outcome.Unavailable(var why) -> record.failed(attempt.login(), why.name());
        }
        return outcome;
    }

    private Outcome decide(Attempt attempt, long start) {
        return switch (throttle.admit(attempt.login(), attempt.address())) {
            case Throttle.Admission.Refused ignored -> new Outcome.Refused(Refusal.THROTTLED);
            case Throttle.Admission.Granted(var granted) -> decide(attempt, granted, start);
        };
    }

    private Outcome decide(Attempt attempt, Throttle.Try granted, long start) {
        var found = store.find(attempt.login(), LOOK_UP);
        if (found instanceof LegacyStore.Answer.Unavailable) {
            granted.takeBack();
            return new Outcome.Unavailable(Failure.STORE);
        }
        var hash = found instanceof LegacyStore.Answer.One(var user)
                ? LegacyHash.of(user.hash()).orElse(null)
                : null;
        return switch (check(attempt.password(), hash, left(start), granted::failedAfter)) {
            case Result.Busy ignored -> {
                granted.takeBack();
                yield new Outcome.Unavailable(Failure.BUSY);
            }
            case Result.Done(var right, var took) -> {
                var outcome = judge(found, hash, right);
                if (outcome instanceof Outcome.Refused) {
                    granted.failedAfter(took);
                } else {
                    granted.takeBack();
                }
                yield outcome;
            }
        };
    }

    /** A wrong password always costs about the work of the costliest hash, whoever is meant. */
    private Result check(Secret password, @Nullable LegacyHash hash, Duration left, Consumer<Duration> late) {
        var costliest = decoy;
        if (hash == null) {
            return hashing.check(password, left, late, costliest);
        }
        if (hash.work() < costliest.work()) {
            return hashing.check(password, left, late, hash, costliest);
        }
        var result = hashing.check(password, left, late, hash);
        if (result instanceof Result.Done) {
            decoy = hash;
        }
        return result;
    }

    private static Outcome judge(LegacyStore.Answer found, @Nullable LegacyHash hash, boolean right) {
        return switch (found) {
            case LegacyStore.Answer.None ignored -> new Outcome.Refused(Refusal.UNKNOWN);
            case LegacyStore.Answer.Several ignored -> new Outcome.Refused(Refusal.AMBIGUOUS);
            case LegacyStore.Answer.Keyless ignored -> new Outcome.Refused(Refusal.NAMELESS);
            case LegacyStore.Answer.Unavailable ignored -> new Outcome.Unavailable(Failure.STORE);
            case LegacyStore.Answer.One(var user) -> {
                if (hash == null) {
                    yield new Outcome.Refused(Refusal.UNREADABLE_HASH);
                } else if (!right) {
                    yield new Outcome.Refused(Refusal.WRONG_PASSWORD);
                } else if (user.disabled()) {
                    yield new Outcome.Refused(Refusal.DISABLED);
                } else if (!user.hasName()) {
                    yield new Outcome.Refused(Refusal.NAMELESS);
                } else {
                    yield new Outcome.Accepted(user, hash.scheme().isWeak());
                }
            }
        };
    }

    private static Duration left(long start) {
        return Duration.ofNanos(Math.max(0, start + IN_ALL.toNanos() - System.nanoTime()));
    }
}
