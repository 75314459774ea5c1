package app.almanac.roles;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RegistrationRoles;
import app.almanac.fusionauth.RolesWritten;
import app.almanac.fusionauth.User;
import app.almanac.fusionauth.User.Registration;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/**
 * Gives and takes roles by hand. Whoever does must be an administrator at FusionAuth at that moment, not only in their
 * session, and these changes come one after another. Nobody takes a role from themselves, so whoever takes one stays an
 * administrator: the last one cannot be taken away, neither when two take it from each other at once.
 */
@Component
class Membership {

    static final String ADMIN = "admin";

    /** What came of it; each is a notice on the page. */
    enum Outcome {
        ROLE_GIVEN,
        ROLE_TAKEN,
        /** They do not have it: there was nothing to take, and nothing is noted. */
        ROLE_NOT_HELD,
        /** Nobody takes a role from themselves. */
        ROLE_OF_YOUR_OWN,
        /** A rule gives it, and would again. */
        ROLE_BY_RULE,
        /** Everybody has it. */
        ROLE_OF_EVERYBODY,
        /** FusionAuth's application does not define it. */
        ROLE_UNKNOWN,
        ROLE_UNAVAILABLE,
        /** Whoever acts is no administrator any more. */
        FORBIDDEN,
        /** There is no such member. */
        NO_MEMBER;

        /** The word in {@code data-outcome}. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final Duration WAIT = Duration.ofSeconds(4);

    private final Users users;
    private final RegistrationRoles registrations;
    private final RoleRecords records;
    private final DomainRules rules;
    private final Set<String> defaults;

    Membership(Users users, RegistrationRoles registrations, RoleRecords records, RolesSettings settings) {
        this.users = users;
        this.registrations = registrations;
        this.records = records;
        this.rules = settings.rules();
        this.defaults = settings.defaults();
    }

    /** A role that a rule gave is by hand as well from then on, and outlives the rule. Given once more, nothing changes. */
    Outcome give(PersonId actor, PersonId member, String role) {
        if (defaults.contains(role)) {
            return Outcome.ROLE_OF_EVERYBODY;
        }
        return alone(actor, member, (user, registration) -> {
            if (registration.roles().contains(role)
                    && records.of(member).byHand().containsKey(role)) {
                return Outcome.ROLE_GIVEN;
            }
            var roles = new HashSet<>(registration.roles());
            roles.add(role);
            var outcome = write(user, registration, roles, role, Outcome.ROLE_GIVEN);
            if (outcome == Outcome.ROLE_GIVEN) {
                records.givenByHand(member, role, actor);
                records.changed(member, role, true, null, actor);
            }
            return outcome;
        });
    }

    /** A gift on top of a rule is taken back: the role stays, as the rule's alone. */
    Outcome take(PersonId actor, PersonId member, String role) {
        if (defaults.contains(role)) {
            return Outcome.ROLE_OF_EVERYBODY;
        }
        if (actor.equals(member)) {
            return Outcome.ROLE_OF_YOUR_OWN;
        }
        return alone(actor, member, (user, registration) -> {
            if (!registration.roles().contains(role)) {
                return Outcome.ROLE_NOT_HELD;
            }
            if (Reconciliation.wanted(rules, user).contains(role)) {
                return takenBack(actor, user, role);
            }
            var roles = new HashSet<>(registration.roles());
            roles.remove(role);
            var outcome = write(user, registration, roles, role, Outcome.ROLE_TAKEN);
            if (outcome == Outcome.ROLE_TAKEN) {
                records.taken(member, role);
                records.changed(member, role, false, null, actor);
            }
            return outcome;
        });
    }

    private Outcome takenBack(PersonId actor, User user, String role) {
        if (!records.of(user.id()).byHand().containsKey(role)) {
            return Outcome.ROLE_BY_RULE;
        }
        records.takenByHand(user.id(), role);
        records.ruledToo(user.id(), role, EmailDomain.of(user.email()).orElse(""));
        records.changed(user.id(), role, false, null, actor);
        return Outcome.ROLE_TAKEN;
    }

    private Outcome alone(PersonId actor, PersonId member, BiFunction<User, Registration, Outcome> change) {
        try {
            return records.alone(List.of(ADMIN, member.toString()), WAIT, () -> switch (users.byId(actor)) {
                case UserAnswer.Known(var me) when isAdministrator(me) -> changed(member, change);
                case UserAnswer.Known ignored -> Outcome.FORBIDDEN;
                case UserAnswer.Absent ignored -> Outcome.FORBIDDEN;
                case UserAnswer.Unavailable ignored -> Outcome.ROLE_UNAVAILABLE;
            });
        } catch (PessimisticLockingFailureException busy) {
            return Outcome.ROLE_UNAVAILABLE;
        }
    }

    private Outcome changed(PersonId member, BiFunction<User, Registration, Outcome> change) {
        return switch (users.byId(member)) {
            case UserAnswer.Known(var user) -> {
                var registration = user.registration();
                yield registration == null ? Outcome.NO_MEMBER : change.apply(user, registration);
            }
            case UserAnswer.Absent ignored -> Outcome.NO_MEMBER;
            case UserAnswer.Unavailable ignored -> Outcome.ROLE_UNAVAILABLE;
        };
    }

    private static boolean isAdministrator(User user) {
        var registration = user.registration();
        return user.active() && registration != null && registration.roles().contains(ADMIN);
    }

    /** What is given or taken by hand is no rule's any more. */
    private Outcome write(User user, Registration registration, Set<String> roles, String role, Outcome done) {
        if (roles.equals(registration.roles())) {
            return done;
        }
        var byRule = RegistrationRoles.byDomain(registration);
        byRule.remove(role);
        return switch (registrations.write(user.id(), roles, byRule)) {
            case RolesWritten.Written ignored -> done;
            case RolesWritten.UnknownRole ignored -> Outcome.ROLE_UNKNOWN;
            case RolesWritten.NotRegistered ignored -> Outcome.NO_MEMBER;
            case RolesWritten.Unavailable ignored -> Outcome.ROLE_UNAVAILABLE;
        };
    }
}
