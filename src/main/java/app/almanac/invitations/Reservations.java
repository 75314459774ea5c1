package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.invitations.InvitationRows.Caller;
import app.almanac.invitations.InvitationRows.Look;
import app.almanac.invitations.InvitationRows.Reserved;
import app.almanac.invitations.InvitationRows.UnderWay;
import app.almanac.upstream.Upstream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/**
 * Decides, within a time, whether a code may be used by an address, and holds it for that address if so. An inviter of
 * whom FusionAuth has not been asked for 45 seconds is asked about first: who is locked or deactivated there invites
 * nobody. Nobody is asked about a code that cannot be had.
 */
@Component
class Reservations {

    /** Whether a code is held for an address now. */
    sealed interface Answer {

        record Held(Reserved reserved) implements Answer {}

        /** Spent, withdrawn, expired, somebody else's, or its inviter may not invite: all the same. */
        record Refused() implements Answer {}

        /** There is no such code. Nobody is told the difference. */
        record Unknown() implements Answer {}

        /** PostgreSQL or FusionAuth did not answer in time; nothing is held. */
        record Unavailable() implements Answer {}
    }

    /** Between the last moment at which the database may decide and the answer. */
    private static final Duration MARGIN = Duration.ofMillis(50);

    private final InvitationRows rows;
    private final Inviters inviters;
    private final Invitations invitations;
    private final Users users;
    private final Whereabouts whereabouts;
    private final ExecutorService threads = Upstream.threads();

    Reservations(
            InvitationRows rows, Inviters inviters, Invitations invitations, Users users, Whereabouts whereabouts) {
        this.whereabouts = whereabouts;
        this.rows = rows;
        this.inviters = inviters;
        this.invitations = invitations;
        this.users = users;
    }

    /** An address as it is compared. */
    static String plain(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Holds the code for {@code email}; {@code inviterEmail}, where it is given, must be the inviter's. Both are
     * {@link #plain}.
     */
    Answer hold(InviteCode code, String email, @Nullable String inviterEmail, @Nullable Caller by, Duration within) {
        var begun = System.nanoTime();
        var over = new AtomicBoolean();
        Future<Answer> deciding = threads.submit(() -> {
            var look = rows.look(code);
            if (look.isEmpty()) {
                return new Answer.Unknown();
            }
            var left = within.minus(MARGIN).minusNanos(System.nanoTime() - begun);
            var answer = decide(look.get(), email, inviterEmail, by, left);
            if (answer instanceof Answer.Held(var reserved) && !over.compareAndSet(false, true)) {
                letGo(look.get(), reserved, email, by);
            }
            return answer;
        });
        try {
            try {
                return deciding.get(within.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                // Whoever comes first: then it is undone, or was decided in the last moment and is told
                return over.compareAndSet(false, true) ? new Answer.Unavailable() : deciding.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException database
                    ? database
                    : new IllegalStateException("a code could not be decided on", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over.set(true);
            return new Answer.Unavailable();
        }
    }

    private Answer decide(Look look, String email, @Nullable String inviterEmail, @Nullable Caller by, Duration left) {
        if (!look.mayBeHadBy(email)) {
            return new Answer.Refused();
        }
        var inviter = look.inviter();
        if (!inviter.fresh()) {
            if (!ask(inviter.id())) {
                return new Answer.Unavailable();
            }
            inviter = inviters.find(inviter.id()).orElse(inviter);
        }
        if (inviterEmail != null && (inviter.email() == null || !inviterEmail.equals(plain(inviter.email())))) {
            return new Answer.Refused();
        }
        if (look.unconfirmed() && look.isReservedFor(email)) {
            var settled = settle(look.underWay());
            if (settled != null) {
                return settled;
            }
        }
        try {
            return rows.reserve(look.invitation().code(), email, look.now().plus(left), by)
                    .<Answer>map(Answer.Held::new)
                    .orElseGet(Answer.Refused::new);
        } catch (PessimisticLockingFailureException somebodyElsesTurn) {
            return new Answer.Unavailable();
        }
    }

    /** Whether FusionAuth said what this inviter is now. */
    boolean ask(PersonId inviter) {
        return switch (users.byId(inviter)) {
            case UserAnswer.Known(var user) -> {
                inviters.checked(inviter, user);
                yield true;
            }
            case UserAnswer.Absent ignored -> {
                inviters.checked(inviter, null);
                yield true;
            }
            case UserAnswer.Unavailable ignored -> false;
        };
    }

    /** The same address comes again after its registration seemed done: null when FusionAuth took that back. */
    private @Nullable Answer settle(UnderWay unconfirmed) {
        return switch (whereabouts.of(unconfirmed)) {
            case Whereabouts.Answer.Registered(var user) -> {
                invitations.found(unconfirmed, user);
                yield new Answer.Refused();
            }
            case Whereabouts.Answer.NotRegistered ignored -> {
                rows.takenBack(unconfirmed);
                yield null;
            }
            case Whereabouts.Answer.Unavailable ignored -> new Answer.Unavailable();
        };
    }

    private void letGo(Look look, Reserved reserved, String email, @Nullable Caller by) {
        if (by != null) {
            rows.giveBack(reserved.id(), reserved.user());
        } else if (!look.isReservedFor(email)) {
            rows.unreserve(reserved, email);
        }
    }
}
