package app.almanac.google;

/**
 * Who somebody is at Google, from a verified ID token. {@code sub} is the only stable key (at most 255 ASCII
 * characters); the e-mail address may change.
 */
public record GoogleIdentity(String sub, String email) {

    @Override
    public String toString() {
        return "GoogleIdentity[***]";
    }
}
