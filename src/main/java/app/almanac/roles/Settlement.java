package app.almanac.roles;

import java.util.HashSet;
import java.util.Set;

/**
 * What the rules make of somebody's roles: {@code roles} are those to have, {@code byRule} those among them that a rule
 * gave and a later rule may take away.
 */
record Settlement(Set<String> roles, Set<String> byRule) {

    /**
     * Only what a rule gave is taken away. A role that somebody has without a rule having given it stays theirs, also
     * when a rule would give it.
     *
     * @param has the roles at FusionAuth
     * @param givenByRule those that a rule gave, by our own table or the lambda's note
     * @param byHand those that were given by hand in Almanac, whatever else is noted
     * @param wanted what the rules give to the verified address
     * @param defaults what everybody has
     */
    static Settlement of(
            Set<String> has, Set<String> givenByRule, Set<String> byHand, Set<String> wanted, Set<String> defaults) {
        var ruled = new HashSet<>(givenByRule);
        ruled.removeAll(byHand);
        var roles = new HashSet<>(has);
        roles.removeIf(role -> ruled.contains(role) && !wanted.contains(role));
        roles.addAll(wanted);
        roles.addAll(defaults);
        var byRule = new HashSet<>(wanted);
        byRule.removeIf(role -> byHand.contains(role) || (has.contains(role) && !ruled.contains(role)));
        return new Settlement(Set.copyOf(roles), Set.copyOf(byRule));
    }
}
