package app.almanac.roles;

import java.util.Collection;
import java.util.Locale;

/** A role that somebody does not have, and why not; {@code domains} are those whose addresses have it by a rule. */
record MissingRole(String name, Cause cause, Collection<String> domains) {

    /** Why somebody does not have a role; each is a sentence of the page. */
    enum Cause {
        /** Rules give it at other domains. */
        ANOTHER_DOMAIN,
        /** A rule would give it, were the address verified. */
        NOT_VERIFIED,
        /** A rule gives it, and their next sign-in will. */
        NEXT_SIGN_IN,
        /** A rule gives it, but FusionAuth does not know such a role. */
        UNDEFINED,
        /** No rule gives it. */
        BY_HAND_ONLY;

        /** Names the sentence. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
