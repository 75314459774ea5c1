package app.almanac.roles;

import java.time.ZonedDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A role that somebody has, and why. {@code since} is when Almanac saw it given, null where it did not; {@code givenBy}
 * names the administrator who gave it in Almanac, {@code domain} the domain of the rule.
 */
record HeldRole(
        String name,
        Reason reason,
        @Nullable String domain,
        @Nullable String givenBy,
        @Nullable ZonedDateTime since) {

    /** Why somebody has a role; each is a sentence of the page. */
    enum Reason {
        /** A rule gives it, and would take it away. */
        DOMAIN,
        /** A rule gives it, but they had it without the rule too. */
        DOMAIN_AND_HAND,
        /** A rule gave it that does not say so any more: the next sign-in takes it away. */
        FORMER_RULE,
        DEFAULT,
        ADMINISTRATOR;

        /** The word in {@code data-reason}. */
        public String word() {
            return switch (this) {
                case DOMAIN, DOMAIN_AND_HAND, FORMER_RULE -> "domain";
                case DEFAULT -> "default";
                case ADMINISTRATOR -> "administrator";
            };
        }

        /** Names the sentence. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
