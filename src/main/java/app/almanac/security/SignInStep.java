package app.almanac.security;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A feature's part in every sign-in. Steps are asked in their {@code @Order}, after FusionAuth's tokens were checked and
 * before there is a session; each sees the person as the step before left them.
 */
public interface SignInStep {

    /**
     * A sign-in under way. {@code browser} is the long-lived name of the browser; {@code formerToken} the refresh token
     * of the session that this sign-in replaces in it, null when there is none.
     */
    record SigningIn(
            CurrentPerson person,
            String browser,
            @Nullable UUID formerToken,
            @Nullable String userAgent,
            String address) {

        SigningIn as(CurrentPerson changed) {
            return new SigningIn(changed, browser, formerToken, userAgent, address);
        }

        @Override
        public String toString() {
            return "SigningIn[" + person + "]";
        }
    }

    /** What becomes of the sign-in. */
    sealed interface Verdict {

        /** It goes on with this person, who may have been changed. */
        record GoOn(CurrentPerson person) implements Verdict {}

        /** There is no session; the person is told why by {@code signin.problem.<problem>}. */
        record Refused(String problem) implements Verdict {}

        /** It came by a single sign-on session that does not count any more: they have to prove who they are. */
        record ProveAgain() implements Verdict {}

        /** It cannot be decided now: the person is asked to try again. */
        record Unavailable() implements Verdict {}
    }

    Verdict take(SigningIn signIn);
}
