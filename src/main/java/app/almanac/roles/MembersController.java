package app.almanac.roles;

import app.almanac.fusionauth.Members;
import app.almanac.fusionauth.MembersAnswer;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import app.almanac.fusionauth.User.Registration;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.security.CurrentPerson;
import app.almanac.settings.BadSetting;
import app.almanac.web.BadParameter;
import app.almanac.web.Notice;
import app.almanac.web.Notices;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/**
 * Everybody in Almanac and their roles, for administrators (the paths are guarded in {@code security}). What is searched
 * for stays in the session: it may be an address, which no URL is to hold.
 */
@Controller
class MembersController {

    private static final String SEARCH = "roles.search";
    private static final int SHOWN = 50;
    private static final int CHANGES = 20;

    /** {@code state} is {@code all}, {@code some} when the search takes no more, or {@code unavailable}. */
    record MembersPage(String search, String state, long others, List<Member> members, List<ChangeLine> history) {}

    record Member(String id, String name, String email, List<HeldRole> roles) {}

    record ChangeLine(
            String member,
            String role,
            boolean given,
            @Nullable String domain,
            @Nullable String by,
            ZonedDateTime at) {}

    /** {@code take} are the roles that can be taken by hand, {@code give} those that can be given. */
    record MemberPage(
            Member member,
            boolean self,
            boolean verified,
            Set<String> take,
            Set<String> give,
            List<ChangeLine> history) {}

    /** {@code problem} is what is wrong with the rules, null when nothing is. */
    record TrialPage(String rules, @Nullable String problem, String state, int members, List<Trial> changes) {}

    private final Members members;
    private final Users users;
    private final RoleRecords records;
    private final Explanation explanation;
    private final Membership membership;
    private final RolesSettings settings;
    private final Notices notices;
    private final ViewerZone zones;

    MembersController(
            Members members,
            Users users,
            RoleRecords records,
            Explanation explanation,
            Membership membership,
            RolesSettings settings,
            Notices notices,
            ViewerZone zones) {
        this.members = members;
        this.users = users;
        this.records = records;
        this.explanation = explanation;
        this.membership = membership;
        this.settings = settings;
        this.notices = notices;
        this.zones = zones;
    }

    @GetMapping("/roles/members")
    String members(HttpSession session, HttpServletRequest request, Model model) {
        var search = session.getAttribute(SEARCH) instanceof String kept ? kept : "";
        var answer = search.isBlank() ? members.all() : members.with(search);
        var found = answer instanceof MembersAnswer.Found(var listed, var ignored) ? listed : List.<User>of();
        var shown = found.stream()
                .sorted(Comparator.comparing(MembersController::nameOf, String.CASE_INSENSITIVE_ORDER))
                .limit(SHOWN)
                .toList();
        var zone = zones.remembered(request);
        var history = records.history(Optional.empty(), CHANGES);
        var known = records.of(shown.stream().map(User::id).toList());
        var people = people(known, history);
        model.addAttribute("notice", notices.take(session));
        model.addAttribute(
                "page",
                new MembersPage(
                        search,
                        state(answer),
                        (long) found.size() - shown.size(),
                        shown.stream()
                                .map(user -> member(
                                        user, known.getOrDefault(user.id(), RoleRecords.Known.NOTHING), people, zone))
                                .toList(),
                        lines(history, people, zone)));
        return "roles/members";
    }

    @PostMapping("/roles/members")
    String search(@RequestParam(defaultValue = "") String search, HttpSession session) {
        if (search.length() > 200) {
            throw new BadParameter("search");
        }
        session.setAttribute(SEARCH, search.strip());
        return "redirect:/roles/members";
    }

    @GetMapping("/roles/members/{id}")
    String member(
            @PathVariable String id,
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        var member = personId(id);
        model.addAttribute("notice", notices.take(session));
        switch (users.byId(member)) {
            case UserAnswer.Known(var user) -> {
                var registration = user.registration();
                if (registration == null) {
                    throw new ResponseStatusException(HttpStatus.NOT_FOUND);
                }
                model.addAttribute("page", page(user, registration, person, zones.remembered(request)));
            }
            case UserAnswer.Absent ignored -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            case UserAnswer.Unavailable ignored -> response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        }
        return "roles/member";
    }

    @PostMapping("/roles/members/{id}/gift")
    String give(
            @PathVariable String id,
            @RequestParam String role,
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session) {
        if (!explanation.allRoles().contains(role)) {
            throw new BadParameter("role");
        }
        return told(membership.give(person.id(), personId(id), role), id, session);
    }

    @PostMapping("/roles/members/{id}/removal")
    String take(
            @PathVariable String id,
            @RequestParam String role,
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session) {
        var outcome = membership.take(person.id(), personId(id), role);
        if (outcome != Membership.Outcome.ROLE_NOT_HELD) {
            return told(outcome, id, session);
        }
        if (!explanation.allRoles().contains(role)) {
            throw new BadParameter("role");
        }
        return told(Membership.Outcome.ROLE_TAKEN, id, session); // as of a button that is pressed twice
    }

    /** What other rules would change; nothing is saved, since rules stand in the setting. */
    @GetMapping("/roles/members/trial")
    String trial(@RequestParam(required = false) @Nullable String rules, HttpServletResponse response, Model model) {
        var text = rules == null ? settings.rules().toString() : rules.strip();
        try {
            model.addAttribute("page", tried(text, DomainRules.of(text)));
        } catch (BadSetting bad) {
            response.setStatus(HttpStatus.BAD_REQUEST.value());
            model.addAttribute("page", new TrialPage(text, bad.getMessage(), "all", 0, List.of()));
        }
        return "roles/trial";
    }

    private TrialPage tried(String text, DomainRules rules) {
        var answer = members.all();
        var found = answer instanceof MembersAnswer.Found(var listed, var ignored) ? listed : List.<User>of();
        var known = records.of(found.stream().map(User::id).toList());
        var changes = new ArrayList<Trial>();
        for (var user : found) {
            var trial = Trial.of(
                    user, known.getOrDefault(user.id(), RoleRecords.Known.NOTHING), rules, settings.defaults());
            if (trial.changesAnything()) {
                changes.add(trial);
            }
        }
        changes.sort(Comparator.comparing(Trial::name, String.CASE_INSENSITIVE_ORDER));
        return new TrialPage(text, null, state(answer), found.size(), changes);
    }

    private MemberPage page(User user, Registration registration, CurrentPerson viewer, ZoneId zone) {
        var known = records.of(user.id());
        var history = records.history(Optional.of(user.id()), CHANGES);
        var people = people(Map.of(user.id(), known), history);
        var take = new TreeSet<>(registration.roles());
        take.removeAll(settings.defaults());
        take.removeIf(role -> Reconciliation.wanted(settings.rules(), user).contains(role)
                && !known.byHand().containsKey(role));
        var self = viewer.id().equals(user.id());
        var give = new TreeSet<>(explanation.allRoles());
        give.removeAll(registration.roles());
        give.removeAll(settings.defaults());
        return new MemberPage(
                member(user, known, people, zone),
                self,
                user.verified(),
                self ? Set.of() : take,
                give,
                lines(history, people, zone));
    }

    private Member member(User user, RoleRecords.Known known, Map<PersonId, String> people, ZoneId zone) {
        return new Member(
                user.id().toString(),
                nameOf(user),
                Objects.requireNonNullElse(user.email(), ""),
                explanation.held(rolesOf(user), user, known, people, zone));
    }

    private static Set<String> rolesOf(User user) {
        var registration = user.registration();
        return registration == null ? Set.of() : registration.roles();
    }

    static String nameOf(User user) {
        var name = user.fullName();
        return name == null || name.isBlank() ? Objects.requireNonNullElse(user.email(), "") : name;
    }

    /** What everybody is called whom these name: members in the history, and whoever gave or took. */
    private Map<PersonId, String> people(Map<PersonId, RoleRecords.Known> known, List<RoleRecords.Change> history) {
        var givers = known.values().stream()
                .flatMap(one -> one.byHand().values().stream())
                .map(RoleRecords.ByHand::givenBy);
        var inHistory = history.stream()
                .flatMap(change -> Stream.of(Optional.of(change.person()), Optional.ofNullable(change.by()))
                        .flatMap(Optional::stream));
        return members.byIds(Stream.concat(givers, inHistory).distinct().toList()).values().stream()
                .collect(Collectors.toMap(User::id, MembersController::nameOf));
    }

    private static List<ChangeLine> lines(List<RoleRecords.Change> history, Map<PersonId, String> people, ZoneId zone) {
        return history.stream()
                .map(change -> new ChangeLine(
                        people.getOrDefault(change.person(), ""),
                        change.role(),
                        change.given(),
                        change.domain(),
                        change.by() == null ? null : people.getOrDefault(change.by(), ""),
                        change.at().atZone(zone)))
                .toList();
    }

    private static String state(MembersAnswer answer) {
        return switch (answer) {
            case MembersAnswer.Found(var ignored, var complete) -> complete ? "all" : "some";
            case MembersAnswer.Unavailable ignored -> "unavailable";
        };
    }

    private String told(Membership.Outcome outcome, String id, HttpSession session) {
        switch (outcome) {
            case FORBIDDEN -> throw new ResponseStatusException(HttpStatus.FORBIDDEN);
            case NO_MEMBER -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            default -> notices.leave(session, new Notice(outcome.word(), null, null));
        }
        return "redirect:/roles/members/" + personId(id);
    }

    private static PersonId personId(String id) {
        try {
            return PersonId.of(id);
        } catch (IllegalArgumentException nobody) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
    }
}
