package app.almanac.roles;

import app.almanac.fusionauth.Members;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.security.CurrentPerson;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** One's own roles, and why one has them or does not: as FusionAuth knows them now, else as at the sign-in. */
@Controller
class RolesController {

    /** {@code email} and {@code missing} are empty where FusionAuth does not answer. */
    record RolesPage(
            boolean current,
            boolean admin,
            @Nullable String email,
            boolean verified,
            List<HeldRole> held,
            List<MissingRole> missing) {}

    private final Users users;
    private final Members members;
    private final RoleRecords records;
    private final Explanation explanation;
    private final ViewerZone zones;

    RolesController(Users users, Members members, RoleRecords records, Explanation explanation, ViewerZone zones) {
        this.users = users;
        this.members = members;
        this.records = records;
        this.explanation = explanation;
        this.zones = zones;
    }

    @GetMapping("/roles")
    String roles(@AuthenticationPrincipal CurrentPerson person, HttpServletRequest request, Model model) {
        var zone = zones.remembered(request);
        var page = users.byId(person.id()) instanceof UserAnswer.Known(var user)
                ? page(user, zone)
                : new RolesPage(
                        false,
                        person.roles().contains(Membership.ADMIN),
                        person.email(),
                        true,
                        explanation.held(person.roles(), null, records.of(person.id()), Map.of(), zone),
                        List.of());
        model.addAttribute("page", page);
        return "roles/roles";
    }

    private RolesPage page(User user, ZoneId zone) {
        var registration = user.registration();
        var has = registration == null ? Set.<String>of() : registration.roles();
        var known = records.of(user.id());
        var givers = known.byHand().values().stream()
                .map(RoleRecords.ByHand::givenBy)
                .toList();
        // by name only: an administrator's address is not for everybody
        var names = new HashMap<PersonId, String>();
        members.byIds(givers).values().forEach(giver -> {
            if (giver.fullName() != null) {
                names.put(giver.id(), giver.fullName());
            }
        });
        return new RolesPage(
                true,
                has.contains(Membership.ADMIN),
                user.email(),
                user.verified(),
                explanation.held(has, user, known, names, zone),
                explanation.missing(has, user));
    }
}
