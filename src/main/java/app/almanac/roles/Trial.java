package app.almanac.roles;

import app.almanac.fusionauth.User;
import java.util.Set;
import java.util.TreeSet;

/** What other rules would change for one member at their next sign-in. */
record Trial(String name, String email, Set<String> gains, Set<String> losses) {

    static Trial of(User user, RoleRecords.Known known, DomainRules rules, Set<String> defaults) {
        var gains = new TreeSet<String>();
        var losses = new TreeSet<String>();
        var registration = user.registration();
        if (registration != null) {
            var after = Reconciliation.settlement(registration, known, Reconciliation.wanted(rules, user), defaults)
                    .roles();
            gains.addAll(after);
            gains.removeAll(registration.roles());
            losses.addAll(registration.roles());
            losses.removeAll(after);
        }
        return new Trial(MembersController.nameOf(user), user.email() == null ? "" : user.email(), gains, losses);
    }

    boolean changesAnything() {
        return !gains.isEmpty() || !losses.isEmpty();
    }
}
