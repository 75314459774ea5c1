package app.almanac.invitations;

import app.almanac.fusionauth.Members;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.Inviters.Inviter;
import app.almanac.security.CurrentPerson;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * Those whom a teacher has invited, and how they stand at FusionAuth now. It is the worked example of a page for one
 * role: one line in {@code security} guards its path, and the table of routes proves it.
 */
@Controller
class InvitedController {

    /** {@code state} is {@code here}, {@code unconfirmed}, {@code locked}, {@code gone} or {@code unknown}. */
    record Invited(
            @Nullable String name, String state, @Nullable Moment since) {}

    private final InvitationRows rows;
    private final Inviters inviters;
    private final Members members;
    private final ViewerZone zones;
    private final Clock clock;

    InvitedController(InvitationRows rows, Inviters inviters, Members members, ViewerZone zones, Clock clock) {
        this.rows = rows;
        this.inviters = inviters;
        this.members = members;
        this.zones = zones;
        this.clock = clock;
    }

    @GetMapping("/invitations/invited")
    String invited(@AuthenticationPrincipal CurrentPerson person, HttpServletRequest request, Model model) {
        var redeemed = rows.of(person.id()).stream()
                .filter(invitation -> invitation.state() == State.REDEEMED && invitation.invitee() != null)
                .toList();
        var users =
                members.known(redeemed.stream().map(InvitedController::invitee).toList());
        var now = clock.instant();
        var zone = zones.remembered(request);
        List<Invited> invited = redeemed.stream()
                .map(invitation -> new Invited(
                        nameOf(invitee(invitation)),
                        state(invitee(invitation), users),
                        invitation.endedAt() == null ? null : Moment.of(invitation.endedAt(), now, zone)))
                .toList();
        model.addAttribute("invited", invited);
        return "invitations/invited";
    }

    private static PersonId invitee(Invitation invitation) {
        return Objects.requireNonNull(invitation.invitee());
    }

    private @Nullable String nameOf(PersonId person) {
        return inviters.find(person).map(Inviter::called).orElse(null);
    }

    private static String state(PersonId person, Optional<Map<PersonId, User>> users) {
        if (users.isEmpty()) {
            return "unknown";
        }
        var user = users.get().get(person);
        if (user == null || user.registration() == null) {
            return "gone";
        }
        if (!user.active()) {
            return "locked";
        }
        return user.verified() ? "here" : "unconfirmed";
    }
}
