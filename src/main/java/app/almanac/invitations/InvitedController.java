package app.almanac.invitations;

import app.almanac.fusionauth.Members;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.InvitationRows.Listed;
import app.almanac.security.CurrentPerson;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
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
    private final Members members;
    private final ViewerZone zones;
    private final Clock clock;

    InvitedController(InvitationRows rows, Members members, ViewerZone zones, Clock clock) {
        this.rows = rows;
        this.members = members;
        this.zones = zones;
        this.clock = clock;
    }

    @GetMapping("/invitations/invited")
    String invited(@AuthenticationPrincipal CurrentPerson person, HttpServletRequest request, Model model) {
        var redeemed = rows.listed(person.id(), 0).stream()
                .filter(listed -> listed.invitation().state() == State.REDEEMED
                        && listed.invitation().invitee() != null)
                .toList();
        var users =
                members.known(redeemed.stream().map(InvitedController::invitee).toList());
        var now = clock.instant();
        var zone = zones.remembered(request);
        List<Invited> invited = redeemed.stream()
                .map(listed -> new Invited(
                        listed.invitee(),
                        state(invitee(listed), users),
                        ended(listed).map(at -> Moment.of(at, now, zone)).orElse(null)))
                .toList();
        model.addAttribute("invited", invited);
        return "invitations/invited";
    }

    private static PersonId invitee(Listed listed) {
        return Objects.requireNonNull(listed.invitation().invitee());
    }

    private static Optional<Instant> ended(Listed listed) {
        return Optional.ofNullable(listed.invitation().endedAt());
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
