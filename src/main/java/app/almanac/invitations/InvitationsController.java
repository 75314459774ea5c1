package app.almanac.invitations;

import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.Inviters.Inviter;
import app.almanac.security.CurrentPerson;
import app.almanac.settings.AppUrl;
import app.almanac.web.Notice;
import app.almanac.web.Notices;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.view.RedirectView;

/** A person's own codes: how many are left, where each stands, one more, one taken back. */
@Controller
class InvitationsController {

    /** One code as the page shows it. */
    record Card(
            String id,
            String code,
            String spaced,
            String state,
            String link,
            Moment expires,
            @Nullable String invitee,
            @Nullable Moment ended) {}

    private final Invitations invitations;
    private final InvitationRows rows;
    private final Inviters inviters;
    private final InvitationSettings settings;
    private final AppUrl url;
    private final Notices notices;
    private final ViewerZone zones;
    private final Clock clock;

    InvitationsController(
            Invitations invitations,
            InvitationRows rows,
            Inviters inviters,
            InvitationSettings settings,
            AppUrl url,
            Notices notices,
            ViewerZone zones,
            Clock clock) {
        this.invitations = invitations;
        this.rows = rows;
        this.inviters = inviters;
        this.settings = settings;
        this.url = url;
        this.notices = notices;
        this.zones = zones;
        this.clock = clock;
    }

    @GetMapping("/invitations")
    String invitations(
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session,
            HttpServletRequest request,
            Model model) {
        var now = clock.instant();
        var zone = zones.remembered(request);
        var cards = rows.of(person.id()).stream()
                .map(invitation -> card(invitation, now, zone))
                .toList();
        model.addAttribute("personal", settings.personal());
        model.addAttribute("ready", in(cards, State.OPEN, State.RESERVED));
        model.addAttribute("used", in(cards, State.REDEEMED));
        model.addAttribute("over", in(cards, State.EXPIRED, State.WITHDRAWN));
        model.addAttribute("left", in(cards, State.OPEN).size());
        model.addAttribute("quota", settings.invitationsPerPerson());
        model.addAttribute("more", settings.personal() && (isAdmin(person) || invitations.mayIssue(person.id())));
        model.addAttribute(
                "paused", inviters.find(person.id()).map(Inviter::paused).orElse(false));
        model.addAttribute("teaches", person.roles().contains("teacher"));
        model.addAttribute("notice", notices.take(session));
        return "invitations/invitations";
    }

    @PostMapping("/invitations")
    RedirectView issue(@AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        if (!settings.personal()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        var outcome = switch (invitations.issue(person.id(), isAdmin(person))) {
            case ISSUED -> "invitation-made";
            case QUOTA_REACHED -> "quota-reached";
            case PAUSED -> "inviting-paused";
        };
        return toInvitations(session, outcome);
    }

    @PostMapping("/invitations/{id}/withdrawal")
    RedirectView withdraw(@PathVariable String id, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        var own = rows.of(person.id()).stream()
                .filter(invitation -> invitation.id().toString().equals(id))
                .findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        var withdrawn = invitations.withdraw(person.id(), own.id()) || own.state() == State.WITHDRAWN;
        return toInvitations(session, withdrawn ? "invitation-withdrawn" : "invitation-in-use");
    }

    private Card card(Invitation invitation, Instant now, ZoneId zone) {
        var invitee = invitation.state() == State.REDEEMED && invitation.invitee() != null
                ? inviters.find(invitation.invitee()).map(Inviter::called).orElse(null)
                : null;
        var link = url.at("/join/" + invitation.code().value()).toString();
        return new Card(
                invitation.id().toString(),
                invitation.code().value(),
                invitation.code().spaced(),
                invitation.state().word(),
                link,
                Moment.of(invitation.expiresAt(), now, zone),
                invitee,
                invitation.endedAt() == null ? null : Moment.of(invitation.endedAt(), now, zone));
    }

    private static List<Card> in(List<Card> cards, State... states) {
        var words = Arrays.stream(states).map(State::word).toList();
        return cards.stream().filter(card -> words.contains(card.state())).toList();
    }

    private static boolean isAdmin(CurrentPerson person) {
        return person.roles().contains("admin");
    }

    private RedirectView toInvitations(HttpSession session, String outcome) {
        notices.leave(session, new Notice(outcome, null, null));
        var view = new RedirectView("/invitations");
        view.setExposeModelAttributes(false);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        return view;
    }
}
