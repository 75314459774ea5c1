package app.almanac.roles;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RegistrationRoles;
import app.almanac.fusionauth.RolesWritten;
import app.almanac.fusionauth.User;
import app.almanac.fusionauth.User.Registration;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.Users;
import app.almanac.security.SignInStep;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/**
 * Makes somebody's roles at FusionAuth what the rules say, at every sign-in: a reconcile lambda's later changes are not
 * applied reliably. The verified address of the user decides, never that of a connected account.
 */
@Component
@Order(10)
class Reconciliation implements SignInStep {

    private record Step(RolesWritten result, Set<String> roles) {}

    /** A sign-in does not wait longer for another one of the same person, or for an administrator's change. */
    private static final Duration WAIT = Duration.ofMillis(800);

    private final Users users;
    private final RegistrationRoles registrations;
    private final RoleRecords records;
    private final UndefinedRoles undefined;
    private final DomainRules rules;
    private final Set<String> defaults;

    Reconciliation(
            Users users,
            RegistrationRoles registrations,
            RoleRecords records,
            UndefinedRoles undefined,
            RolesSettings settings) {
        this.users = users;
        this.registrations = registrations;
        this.records = records;
        this.undefined = undefined;
        this.rules = settings.rules();
        this.defaults = settings.defaults();
    }

    /** Nobody is kept out by it: where FusionAuth's API does not answer, they have the roles of their token. */
    @Override
    public Verdict take(SigningIn signIn) {
        var person = signIn.person();
        return new Verdict.GoOn(person.withRoles(settled(person.id(), person.roles())));
    }

    private Set<String> settled(PersonId person, Set<String> inToken) {
        if (!(users.byId(person) instanceof UserAnswer.Known(var user))) {
            return inToken;
        }
        var registration = user.registration();
        if (registration == null) {
            return inToken;
        }
        return isSettled(user, registration) ? registration.roles() : settleAlone(user, registration);
    }

    /** What rules give to a user as FusionAuth knows them now: nothing while the address is not verified. */
    static Set<String> wanted(DomainRules rules, User user) {
        return user.verified() ? rules.rolesAt(EmailDomain.of(user.email())) : Set.of();
    }

    private boolean isSettled(User user, Registration registration) {
        var known = records.of(user.id());
        var settlement = settlement(user, registration, known, missing(user, registration));
        return settlement.roles().equals(registration.roles())
                && settlement.byRule().equals(known.byRule().keySet())
                && registration.roles().containsAll(known.byHand().keySet());
    }

    /** Reads again once it is alone: whoever was first may have changed what was read before. */
    private Set<String> settleAlone(User user, Registration before) {
        try {
            return records.alone(List.of(user.id().toString()), WAIT, () -> {
                if (users.byId(user.id()) instanceof UserAnswer.Known(var now) && now.registration() != null) {
                    return settle(now, now.registration());
                }
                return before.roles();
            });
        } catch (PessimisticLockingFailureException busy) {
            return before.roles();
        }
    }

    private Set<String> settle(User user, Registration registration) {
        var known = records.of(user.id());
        known.byHand().keySet().stream()
                .filter(role -> !registration.roles().contains(role))
                .forEach(role -> records.takenByHand(user.id(), role));
        var missing = missing(user, registration);
        var step = write(user, registration, known, missing);
        return step.result() instanceof RolesWritten.UnknownRole
                ? settleOneByOne(user, registration, known, missing)
                : step.roles();
    }

    /** FusionAuth does not say which role it does not know, and the others must not suffer from it. */
    private Set<String> settleOneByOne(
            User user, Registration registration, RoleRecords.Known known, Set<String> missing) {
        var good = new HashSet<String>();
        for (var role : missing) {
            var more = new HashSet<>(good);
            more.add(role);
            var tried = settlement(user, registration, known, more);
            switch (registrations.write(user.id(), tried.roles(), tried.byRule())) {
                case RolesWritten.Written ignored -> good.add(role);
                case RolesWritten.UnknownRole ignored -> undefined.add(role);
                case RolesWritten.NotRegistered ignored -> {
                    return registration.roles();
                }
                case RolesWritten.Unavailable ignored -> {
                    return good.isEmpty() ? registration.roles() : noted(user, registration, known, good);
                }
            }
        }
        return good.isEmpty() ? write(user, registration, known, good).roles() : noted(user, registration, known, good);
    }

    /** What FusionAuth took so far is there, and a rule that ends must be able to take it away again. */
    private Set<String> noted(User user, Registration registration, RoleRecords.Known known, Set<String> added) {
        var settlement = settlement(user, registration, known, added);
        note(user, registration.roles(), known, settlement);
        return settlement.roles();
    }

    private Step write(User user, Registration registration, RoleRecords.Known known, Set<String> mayBeAdded) {
        var had = registration.roles();
        var settlement = settlement(user, registration, known, mayBeAdded);
        if (!settlement.roles().equals(had)) {
            var written = registrations.write(user.id(), settlement.roles(), settlement.byRule());
            if (!(written instanceof RolesWritten.Written)) {
                return new Step(written, had);
            }
        }
        note(user, had, known, settlement);
        return new Step(new RolesWritten.Written(), settlement.roles());
    }

    private void note(User user, Set<String> had, RoleRecords.Known known, Settlement settlement) {
        var domain = EmailDomain.of(user.email()).orElse("");
        records.ruled(
                user.id(), settlement.byRule().stream().collect(Collectors.toMap(Function.identity(), role -> domain)));
        for (var role : settlement.roles()) {
            if (!had.contains(role)) {
                records.changed(user.id(), role, true, settlement.byRule().contains(role) ? domain : null, null);
            }
        }
        for (var role : had) {
            if (!settlement.roles().contains(role)) {
                var rule = known.byRule().get(role);
                records.changed(user.id(), role, false, rule == null ? null : rule.domain(), null);
            }
        }
    }

    /** What rules or the default would add, but for what FusionAuth is known to refuse. */
    private Set<String> missing(User user, Registration registration) {
        var missing = new HashSet<>(wanted(rules, user));
        missing.addAll(defaults);
        missing.removeAll(registration.roles());
        missing.removeIf(undefined::contains);
        return missing;
    }

    private Settlement settlement(
            User user, Registration registration, RoleRecords.Known known, Set<String> mayBeAdded) {
        var has = registration.roles();
        var wanted = new HashSet<>(wanted(rules, user));
        wanted.removeIf(role -> !has.contains(role) && !mayBeAdded.contains(role));
        var always = new HashSet<>(defaults);
        always.removeIf(role -> !has.contains(role) && !mayBeAdded.contains(role));
        return settlement(registration, known, wanted, always);
    }

    /** What becomes of a registration, by our own records and by what the lambda noted. */
    static Settlement settlement(
            Registration registration, RoleRecords.Known known, Set<String> wanted, Set<String> defaults) {
        var givenByRule = new HashSet<>(known.byRule().keySet());
        givenByRule.addAll(RegistrationRoles.byDomain(registration));
        var byHand = new HashSet<>(known.byHand().keySet());
        byHand.retainAll(registration.roles());
        return Settlement.of(registration.roles(), givenByRule, byHand, wanted, defaults);
    }
}
