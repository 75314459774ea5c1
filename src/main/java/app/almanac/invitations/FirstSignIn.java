package app.almanac.invitations;

import app.almanac.security.CurrentPerson;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;
import org.springframework.stereotype.Component;

/** Whoever signs in is registered, by whatever door they came: they get their codes at the first time. */
@Component
class FirstSignIn {

    private final Invitations invitations;

    FirstSignIn(Invitations invitations) {
        this.invitations = invitations;
    }

    @EventListener
    void signedIn(InteractiveAuthenticationSuccessEvent event) {
        if (event.getAuthentication().getPrincipal() instanceof CurrentPerson person) {
            var name = person.name();
            invitations.arrived(person.id(), name.equals(person.email()) ? null : name, person.email());
        }
    }
}
