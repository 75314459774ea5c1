package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.InvitationRows.Listed;
import app.almanac.invitations.Inviters.Inviter;
import app.almanac.invitations.Inviters.Member;
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
import java.util.UUID;
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
            boolean withdrawable,
            String link,
            Moment expires,
            @Nullable QrCode qr,
            @Nullable String invitee,
            @Nullable Moment ended) {}

    /** Somebody in the tree; {@code depth} is how far to the right they stand. */
    record Person(
            String id,
            int depth,
            @Nullable String name,
            @Nullable String email,
            @Nullable String invitedBy,
            Moment joined,
            boolean works,
            boolean paused) {}

    private static final int SHOWN_OVER = 50;
    private static final int OWN_BRANCH = 200;
    private static final int WHOLE_TREE = 500;
    private static final int DEEPEST = 6;

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
        var cards = rows.listed(person.id(), SHOWN_OVER).stream()
                .map(listed -> card(listed, now, zone))
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
        model.addAttribute("branch", people(inviters.branch(person.id(), OWN_BRANCH), now, zone));
        model.addAttribute("admin", isAdmin(person));
        model.addAttribute("notice", notices.take(session));
        return "invitations/invitations";
    }

    @GetMapping("/invitations/tree")
    String tree(
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session,
            HttpServletRequest request,
            Model model) {
        requireAdmin(person);
        var all = inviters.wholeTree(WHOLE_TREE + 1);
        var shown = all.subList(0, Math.min(all.size(), WHOLE_TREE));
        model.addAttribute("people", people(shown, clock.instant(), zones.remembered(request)));
        model.addAttribute("cut", all.size() > WHOLE_TREE);
        model.addAttribute("most", WHOLE_TREE);
        model.addAttribute("notice", notices.take(session));
        return "invitations/tree";
    }

    @PostMapping("/invitations/people/{id}/pause")
    RedirectView pause(@PathVariable String id, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        return paused(id, true, person, session);
    }

    @PostMapping("/invitations/people/{id}/resumption")
    RedirectView resume(@PathVariable String id, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        return paused(id, false, person, session);
    }

    private RedirectView paused(String id, boolean paused, CurrentPerson by, HttpSession session) {
        requireAdmin(by);
        if (!inviters.pause(new PersonId(uuid(id)), paused)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return to("/invitations/tree", session, paused ? "person-paused" : "person-resumed");
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException notAnId) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, null, notAnId);
        }
    }

    private static void requireAdmin(CurrentPerson person) {
        if (!isAdmin(person)) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN);
        }
    }

    private static List<Person> people(List<Member> members, Instant now, ZoneId zone) {
        return members.stream()
                .map(member -> new Person(
                        member.id().toString(),
                        Math.min(member.depth(), DEEPEST),
                        member.name(),
                        member.email(),
                        member.invitedBy(),
                        Moment.of(member.joinedAt(), now, zone),
                        member.works(),
                        member.paused()))
                .toList();
    }

    @PostMapping("/invitations")
    RedirectView issue(@AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        if (!settings.personal()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        var outcome = switch (invitations.issue(person.id(), isAdmin(person))) {
            case ISSUED -> "invitation-made";
            case QUOTA_REACHED -> "quota-reached";
            case ENOUGH_FOR_TODAY -> "enough-for-today";
            case PAUSED -> "inviting-paused";
        };
        return to("/invitations", session, outcome);
    }

    @PostMapping("/invitations/{id}/withdrawal")
    RedirectView withdraw(@PathVariable String id, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        var own = rows.find(person.id(), uuid(id)).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        var withdrawn = invitations.withdraw(person.id(), own.id()) || own.state() == State.WITHDRAWN;
        var otherwise = own.state() == State.EXPIRED ? "invitation-expired" : "invitation-in-use";
        return to("/invitations", session, withdrawn ? "invitation-withdrawn" : otherwise);
    }

    private Card card(Listed listed, Instant now, ZoneId zone) {
        var invitation = listed.invitation();
        var invitee = invitation.state() == State.REDEEMED ? listed.invitee() : null;
        var link = url.at("/join/" + invitation.code().value()).toString();
        return new Card(
                invitation.id().toString(),
                invitation.code().value(),
                invitation.code().spaced(),
                invitation.state().word(),
                invitation.invitee() == null,
                link,
                Moment.of(invitation.expiresAt(), now, zone),
                invitation.state() == State.OPEN ? QrCode.of(link) : null,
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

    private RedirectView to(String address, HttpSession session, String outcome) {
        notices.leave(session, new Notice(outcome, null, null));
        var view = new RedirectView(address);
        view.setExposeModelAttributes(false);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        return view;
    }
}
