package app.almanac.invitations;

import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserSearch;
import app.almanac.fusionauth.UserSearch.Found;
import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.InvitationRows.UnderWay;
import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.invitations.Whereabouts.Answer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Finds out what became of registrations of which nobody told us the end: a lost event, a crash, a registration that
 * FusionAuth took back after our yes. Ten minutes after a code was last reserved FusionAuth is asked: the user is there,
 * and the code is spent; or is not, and the code is open again; or FusionAuth does not answer, and the code waits.
 */
@Component
class Repairs {

    private static final Logger log = LoggerFactory.getLogger(Repairs.class);
    private static final int AT_ONCE = 100;
    private static final Duration SEARCHED = Duration.ofDays(1);

    private final InvitationRows rows;
    private final Invitations invitations;
    private final WrongCodes wrongCodes;
    private final Whereabouts whereabouts;
    private final UserSearch search;
    private final InvitationSettings settings;
    private final Clock clock;

    Repairs(
            InvitationRows rows,
            Invitations invitations,
            WrongCodes wrongCodes,
            Whereabouts whereabouts,
            UserSearch search,
            InvitationSettings settings,
            Clock clock) {
        this.rows = rows;
        this.invitations = invitations;
        this.wrongCodes = wrongCodes;
        this.whereabouts = whereabouts;
        this.search = search;
        this.settings = settings;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "PT20S", fixedDelayString = "PT30S")
    void repair() {
        var overdue = rows.overdue(AT_ONCE);
        while (!overdue.isEmpty() && areSettled(overdue)) {
            overdue = rows.overdue(AT_ONCE);
        }
    }

    /** Whether all of them are. One that fails, being locked say, keeps no other waiting. */
    private boolean areSettled(List<UnderWay> overdue) {
        var all = true;
        for (var one : overdue) {
            try {
                if (!settled(one)) {
                    return false;
                }
            } catch (DataAccessException | TransactionException e) {
                log.warn(
                        "What became of invitation {} could not be written: {}",
                        one.id(),
                        e.getClass().getSimpleName());
                all = false;
            }
        }
        return all;
    }

    /** In mode "search" nothing is reserved: who came in of late with a code that is still open has spent it. */
    @Scheduled(initialDelayString = "PT30S", fixedDelayString = "PT5M")
    void findSpent() {
        if (settings.invitationsMode() == Mode.SEARCH
                && search.invitedSince(clock.instant().minus(SEARCHED)) instanceof Found.Some(var users)) {
            users.stream().filter(user -> user.registration() != null).forEach(this::spend);
        }
    }

    private void spend(User user) {
        try {
            Whereabouts.codeOf(user)
                    .filter(code -> rows.look(code)
                            .filter(look -> look.invitation().state() == State.OPEN)
                            .isPresent())
                    .ifPresent(code -> invitations.redeemed(code, user.id(), user.fullName(), user.email()));
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "A code that somebody used could not be spent: {}",
                    e.getClass().getSimpleName());
        }
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
    void forget() {
        rows.forgetLapsed();
        wrongCodes.forgetOld();
    }

    /** Whether FusionAuth could say; if not, the code goes to the end of the queue. */
    private boolean settled(UnderWay overdue) {
        switch (whereabouts.of(overdue)) {
            case Answer.Registered(var user) -> invitations.found(overdue, user);
            case Answer.NotRegistered ignored -> invitations.notFound(overdue);
            case Answer.Unavailable ignored -> {
                rows.later(overdue);
                return false;
            }
        }
        return true;
    }
}
