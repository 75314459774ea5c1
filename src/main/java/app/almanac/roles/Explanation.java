package app.almanac.roles;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RegistrationRoles;
import app.almanac.fusionauth.User;
import app.almanac.roles.HeldRole.Reason;
import app.almanac.roles.MissingRole.Cause;
import app.almanac.roles.RoleRecords.Known;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says why somebody has a role, and why they do not have another. */
@Component
class Explanation {

    /** The roles that Almanac's own pages ask for, which somebody may miss though no rule names them. */
    private static final Set<String> OF_PAGES = Set.of("teacher", "admin");

    private final UndefinedRoles undefined;
    private final DomainRules rules;
    private final Set<String> defaults;

    Explanation(UndefinedRoles undefined, RolesSettings settings) {
        this.undefined = undefined;
        this.rules = settings.rules();
        this.defaults = settings.defaults();
    }

    /** Every role that Almanac knows of. */
    Set<String> allRoles() {
        var all = new TreeSet<>(rules.roles());
        all.addAll(defaults);
        all.addAll(OF_PAGES);
        return all;
    }

    /**
     * {@code user} is null where FusionAuth does not answer: then our own records explain what they can. {@code names}
     * says what an administrator is called, as far as whoever reads may know.
     */
    List<HeldRole> held(Set<String> roles, @Nullable User user, Known known, Map<PersonId, String> names, ZoneId zone) {
        var wanted = user == null ? Set.<String>of() : Reconciliation.wanted(rules, user);
        var ruled = new HashSet<>(known.byRule().keySet());
        if (user != null && user.registration() != null) {
            ruled.addAll(RegistrationRoles.byDomain(user.registration()));
        }
        ruled.removeAll(known.byHand().keySet());
        return roles.stream()
                .sorted()
                .map(role -> held(role, reason(role, wanted, ruled, user != null), user, known, names, zone))
                .toList();
    }

    private Reason reason(String role, Set<String> wanted, Set<String> ruled, boolean fresh) {
        if (defaults.contains(role)) {
            return Reason.DEFAULT;
        }
        if (wanted.contains(role)) {
            return ruled.contains(role) ? Reason.DOMAIN : Reason.DOMAIN_AND_HAND;
        }
        if (ruled.contains(role)) {
            return fresh ? Reason.FORMER_RULE : Reason.DOMAIN;
        }
        return Reason.ADMINISTRATOR;
    }

    private static HeldRole held(
            String role, Reason reason, @Nullable User user, Known known, Map<PersonId, String> names, ZoneId zone) {
        var byRule = known.byRule().get(role);
        var byHand = known.byHand().get(role);
        return switch (reason) {
            case DEFAULT -> new HeldRole(role, reason, null, null, null);
            case ADMINISTRATOR ->
                new HeldRole(
                        role,
                        reason,
                        null,
                        byHand == null ? null : names.get(byHand.givenBy()),
                        byHand == null ? null : byHand.since().atZone(zone));
            case DOMAIN, DOMAIN_AND_HAND, FORMER_RULE -> {
                var now = user == null ? null : EmailDomain.of(user.email()).orElse(null);
                yield new HeldRole(
                        role,
                        reason,
                        byRule == null ? now : byRule.domain(),
                        null,
                        byRule == null ? null : byRule.since().atZone(zone));
            }
        };
    }

    List<MissingRole> missing(Set<String> has, User user) {
        return allRoles().stream()
                .filter(role -> !has.contains(role))
                .map(role -> new MissingRole(role, cause(role, user), rules.domainsOf(role)))
                .toList();
    }

    private Cause cause(String role, User user) {
        if (undefined.contains(role)) {
            return Cause.UNDEFINED;
        }
        if (defaults.contains(role) || Reconciliation.wanted(rules, user).contains(role)) {
            return Cause.NEXT_SIGN_IN;
        }
        if (rules.domainsOf(role).isEmpty()) {
            return Cause.BY_HAND_ONLY;
        }
        return rules.rolesAt(EmailDomain.of(user.email())).contains(role) ? Cause.NOT_VERIFIED : Cause.ANOTHER_DOMAIN;
    }
}
