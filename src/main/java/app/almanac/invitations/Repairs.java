package app.almanac.invitations;

import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.invitations.InvitationRows.UnderWay;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Finds out what became of registrations of which nobody told us the end: a lost event, a crash, a registration that
 * FusionAuth took back after our yes. Ten minutes after a code was last reserved FusionAuth is asked: the user is there,
 * and the code is spent; or is not, and the code is open again; or FusionAuth does not answer, and the code waits.
 */
@Component
class Repairs {

    private static final int AT_ONCE = 100;

    private final InvitationRows rows;
    private final Invitations invitations;
    private final WrongCodes wrongCodes;
    private final Users users;

    Repairs(InvitationRows rows, Invitations invitations, WrongCodes wrongCodes, Users users) {
        this.rows = rows;
        this.invitations = invitations;
        this.wrongCodes = wrongCodes;
        this.users = users;
    }

    @Scheduled(initialDelayString = "PT20S", fixedDelayString = "PT30S")
    void repair() {
        var overdue = rows.overdue(AT_ONCE);
        while (!overdue.isEmpty() && overdue.stream().allMatch(this::settled)) {
            overdue = rows.overdue(AT_ONCE);
        }
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
    void forget() {
        rows.forgetLapsed();
        wrongCodes.forgetOld();
    }

    /** Whether FusionAuth could say; if not, the code goes to the end of the queue. */
    private boolean settled(UnderWay overdue) {
        switch (users.byId(overdue.invitee())) {
            case UserAnswer.Known(var user)
            when user.registration() != null -> invitations.found(overdue, user.fullName(), user.email());
            case UserAnswer.Known ignored -> invitations.notFound(overdue);
            case UserAnswer.Absent ignored -> invitations.notFound(overdue);
            case UserAnswer.Unavailable ignored -> {
                rows.later(overdue);
                return false;
            }
        }
        return true;
    }
}
