package app.almanac.fusionauth;

import java.util.List;

/** What came of asking FusionAuth for a registration. */
public sealed interface RegistrationAnswer {

    record Registered() implements RegistrationAnswer {}

    /**
     * Nothing was made. {@code codes} are FusionAuth's, such as {@code [tooShort]user.password}.
     */
    record Refused(List<String> codes) implements RegistrationAnswer {

        public boolean has(String code) {
            return codes.contains(code);
        }
    }

    /** A transactional webhook refused, and FusionAuth took everything back. */
    record TakenBack() implements RegistrationAnswer {}

    /** FusionAuth does not take Almanac's key for this, so nothing was made. */
    record Unavailable() implements RegistrationAnswer {}

    /** No answer, or one that does not say: it may have been made, and only reading the user will tell. */
    record Unclear() implements RegistrationAnswer {}
}
