package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.security.CurrentPerson;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;
import org.springframework.stereotype.Component;

/** Whoever signs in is registered, by whatever door they came: they get their codes at the first time. */
@Component
class FirstSignIn {

    private final Invitations invitations;
    private final Users users;
    private final InvitationSettings settings;

    FirstSignIn(Invitations invitations, Users users, InvitationSettings settings) {
        this.invitations = invitations;
        this.users = users;
        this.settings = settings;
    }

    @EventListener
    void signedIn(InteractiveAuthenticationSuccessEvent event) {
        if (event.getAuthentication().getPrincipal() instanceof CurrentPerson person) {
            var name = person.name().equals(person.email()) ? null : person.name();
            untold(person.id())
                    .ifPresentOrElse(
                            code -> invitations.redeemed(code, person.id(), name, person.email()),
                            () -> invitations.arrived(person.id(), name, person.email()));
        }
    }

    /** In mode "search", where nothing is reserved, the code of somebody of whom no event told us. */
    private Optional<InviteCode> untold(PersonId person) {
        return settings.invitationsMode() == Mode.SEARCH
                        && !invitations.isKnown(person)
                        && users.byId(person) instanceof UserAnswer.Known(var user)
                ? Whereabouts.codeOf(user)
                : Optional.empty();
    }
}
