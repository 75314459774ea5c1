package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.webhooks.EventTaker;
import app.almanac.webhooks.FusionAuthEvent;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * What FusionAuth tells of registrations. Before it commits one that has a code, the code is consumed or the
 * registration refused; afterwards the code is spent and the newcomer has codes. A registration without a code did not
 * come through the form, whose lambda asks for one, but from an administrator, the old store or our own API key.
 */
@Component
class RegistrationEvents implements EventTaker {

    private static final String CREATE = "user.registration.create";
    private static final String CREATED = "user.registration.create.complete";
    private static final Set<String> CHANGED = Set.of(
            "user.deactivate",
            "user.reactivate",
            "user.update.complete",
            "user.delete.complete",
            "user.registration.delete.complete");

    private final InvitationRows rows;
    private final Inviters inviters;
    private final Invitations invitations;
    private final InvitationSettings settings;

    RegistrationEvents(InvitationRows rows, Inviters inviters, Invitations invitations, InvitationSettings settings) {
        this.rows = rows;
        this.inviters = inviters;
        this.invitations = invitations;
        this.settings = settings;
    }

    @Override
    public Set<String> types() {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(CREATE, CREATED), CHANGED.stream())
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    @Override
    public Verdict take(FusionAuthEvent event) {
        event.person().ifPresent(person -> {
            if (CHANGED.contains(event.type())) {
                inviters.stale(person);
            }
        });
        if (event.applicationId() == null || event.person().isEmpty()) {
            return Verdict.ACCEPTED;
        }
        var person = event.person().get();
        var given = event.text("user", "data", "inviteCode");
        return switch (event.type()) {
            case CREATE ->
                given.isEmpty() || isAllowed(given.get(), event, person) ? Verdict.ACCEPTED : Verdict.REFUSED;
            case CREATED -> {
                created(given.orElse(""), event, person);
                yield Verdict.ACCEPTED;
            }
            default -> Verdict.ACCEPTED;
        };
    }

    private boolean isAllowed(String given, FusionAuthEvent event, PersonId person) {
        if (settings.invitationsMode() != Mode.STRICT) {
            return true;
        }
        var email = event.text("user", "email").map(Reservations::plain);
        var code = InviteCode.typed(given);
        return code.isPresent() && email.isPresent() && rows.consume(code.get(), email.get(), person);
    }

    private void created(String given, FusionAuthEvent event, PersonId person) {
        var name = event.text("user", "fullName").orElse(null);
        var email = event.text("user", "email").map(Reservations::plain).orElse(null);
        var code = settings.personal() ? InviteCode.typed(given) : java.util.Optional.<InviteCode>empty();
        if (code.isPresent()) {
            invitations.redeemed(code.get(), person, name, email);
        } else {
            invitations.arrived(person, name, email);
        }
    }
}
