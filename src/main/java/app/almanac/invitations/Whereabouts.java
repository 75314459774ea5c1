package app.almanac.invitations;

import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.invitations.InvitationRows.UnderWay;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Asks FusionAuth what became of a registration with a code of which nobody told us the end. */
@Component
class Whereabouts {

    sealed interface Answer {

        /** This user is registered with the code. */
        record Registered(User user) implements Answer {}

        record NotRegistered() implements Answer {}

        /** FusionAuth does not answer. */
        record Unavailable() implements Answer {}
    }

    private final Users users;

    Whereabouts(Users users) {
        this.users = users;
    }

    /**
     * The user with whose id the code is under way; else, since a form that was sent twice has two, the one who has the
     * address, if they have the code.
     */
    Answer of(UnderWay underWay) {
        return switch (users.byId(underWay.invitee())) {
            case UserAnswer.Known(var user) when user.registration() != null -> new Answer.Registered(user);
            case UserAnswer.Known ignored -> new Answer.NotRegistered();
            case UserAnswer.Absent ignored -> byAddress(underWay);
            case UserAnswer.Unavailable ignored -> new Answer.Unavailable();
        };
    }

    private Answer byAddress(UnderWay underWay) {
        if (underWay.email() == null) {
            return new Answer.NotRegistered();
        }
        return switch (users.byAddress(underWay.email())) {
            case UserAnswer.Known(var user)
            when user.registration() != null
                    && codeOf(user).filter(underWay.code()::equals).isPresent() -> new Answer.Registered(user);
            case UserAnswer.Known ignored -> new Answer.NotRegistered();
            case UserAnswer.Absent ignored -> new Answer.NotRegistered();
            case UserAnswer.Unavailable ignored -> new Answer.Unavailable();
        };
    }

    /** The code that somebody registered with, as {@code user.data} has it. */
    static Optional<InviteCode> codeOf(User user) {
        return user.data().get("inviteCode") instanceof String given ? InviteCode.typed(given) : Optional.empty();
    }
}
