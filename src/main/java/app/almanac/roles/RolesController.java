package app.almanac.roles;

import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.security.CurrentPerson;
import java.util.List;
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
            @Nullable String email,
            boolean verified,
            List<HeldRole> held,
            List<MissingRole> missing) {}

    private final Users users;
    private final RoleRecords records;
    private final Explanation explanation;

    RolesController(Users users, RoleRecords records, Explanation explanation) {
        this.users = users;
        this.records = records;
        this.explanation = explanation;
    }

    @GetMapping("/roles")
    String roles(@AuthenticationPrincipal CurrentPerson person, Model model) {
        var page = users.byId(person.id()) instanceof UserAnswer.Known(var user)
                ? page(user)
                : new RolesPage(
                        false,
                        person.email(),
                        true,
                        explanation.held(person.roles(), null, records.of(person.id())),
                        List.of());
        model.addAttribute("page", page);
        return "roles/roles";
    }

    private RolesPage page(User user) {
        var registration = user.registration();
        var has = registration == null ? Set.<String>of() : registration.roles();
        return new RolesPage(
                true,
                user.email(),
                user.verified(),
                explanation.held(has, user, records.of(user.id())),
                explanation.missing(has, user));
    }
}
