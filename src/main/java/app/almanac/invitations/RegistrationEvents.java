package app.almanac.invitations;

import app.almanac.connector.OldStore;
import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.FusionAuthSettings.Edition;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.webhooks.EventTaker;
import app.almanac.webhooks.FusionAuthEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/**
 * What FusionAuth tells of registrations. Before it commits one that has a code, the code is consumed or the
 * registration refused; afterwards the code is spent and the newcomer has codes. A new user without a code did not come
 * through the form, whose lambda asks for one, but from an administrator, the old store or another program.
 */
@Component
class RegistrationEvents implements EventTaker {

    private static final String CREATE = "user.registration.create";
    private static final String CREATED = "user.registration.create.complete";

    /** A user and a registration that are made together are of the same moment. */
    private static final Duration TOGETHER = Duration.ofSeconds(10);

    private final InvitationRows rows;
    private final Invitations invitations;
    private final Users users;
    private final OldStore oldStore;
    private final InvitationSettings settings;
    private final FusionAuthSettings fusionAuth;

    RegistrationEvents(
            InvitationRows rows,
            Invitations invitations,
            Users users,
            OldStore oldStore,
            InvitationSettings settings,
            FusionAuthSettings fusionAuth) {
        this.rows = rows;
        this.invitations = invitations;
        this.users = users;
        this.oldStore = oldStore;
        this.settings = settings;
        this.fusionAuth = fusionAuth;
    }

    @Override
    public Set<String> types() {
        return Set.of(CREATE, CREATED);
    }

    @Override
    public Verdict take(FusionAuthEvent event) {
        if (event.applicationId() == null || event.person().isEmpty()) {
            return Verdict.ACCEPTED;
        }
        var person = event.person().get();
        if (event.type().equals(CREATE)) {
            return isAllowed(event, person) ? Verdict.ACCEPTED : Verdict.REFUSED;
        }
        created(event, person);
        return Verdict.ACCEPTED;
    }

    /**
     * Where people may register by themselves, FusionAuth's sign-in page registers any user of the tenant without asking
     * (issue 2062). So who was a user before needs an invitation that is theirs now; a code that stands in their data
     * from another time is none.
     */
    private boolean isAllowed(FusionAuthEvent event, PersonId person) {
        if (settings.invitationsMode() != Mode.STRICT) {
            return true;
        }
        var given = event.text("user", "data", "inviteCode");
        var code = given.flatMap(InviteCode::typed);
        var isSpent = code.isPresent() && rows.isSpentBy(code.get(), person);
        if ((code.isPresent() && !isSpent && consumed(code.get(), event, person)) || rows.isHeldBy(person)) {
            return true;
        }
        if (given.isPresent() && !isSpent) {
            return false;
        }
        return fusionAuth.edition() != Edition.LICENSED || oldStore.has(person) || !wasAUserBefore(event, person);
    }

    private boolean consumed(InviteCode code, FusionAuthEvent event, PersonId person) {
        var email = event.text("user", "email").map(Reservations::plain);
        return email.isPresent() && rows.consume(code, email.get(), person);
    }

    /** FusionAuth does not show a user yet whom it is making; whoever it shows unregistered was there before. */
    private boolean wasAUserBefore(FusionAuthEvent event, PersonId person) {
        var since = event.json().path("user").path("insertInstant").asLong(Long.MAX_VALUE);
        if (Instant.ofEpochMilli(since).plus(TOGETHER).isBefore(event.createdAt())) {
            return true;
        }
        return switch (users.byId(person)) {
            case UserAnswer.Known(var user) -> user.registration() == null;
            case UserAnswer.Absent ignored -> false;
            case UserAnswer.Unavailable ignored -> throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    private void created(FusionAuthEvent event, PersonId person) {
        var name = event.text("user", "fullName").orElse(null);
        var email = event.text("user", "email").map(Reservations::plain).orElse(null);
        var code = settings.personal()
                ? event.text("user", "data", "inviteCode").flatMap(InviteCode::typed)
                : Optional.<InviteCode>empty();
        if (code.isPresent()) {
            invitations.redeemed(code.get(), person, name, email);
        } else {
            invitations.arrived(person, name, email);
        }
    }
}
