package app.almanac.security;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A feature's say in every request of somebody signed in. It is on the path of every page: one quick look at most. */
public interface SessionGuard {

    /** How a session stands. */
    sealed interface Verdict {

        /** It goes on with this person: the same, or one that replaces them in the session. */
        record GoOn(CurrentPerson person) implements Verdict {}

        /** Nothing but this page, and the ways out, may be had. */
        record Confined(String page) implements Verdict {}

        /** It is over, and the person is told why. */
        record Over(Farewell why) implements Verdict {}
    }

    /**
     * Why a session was ended. {@code reason} is a word of the texts {@code signedOut.<reason>}; {@code by} names the
     * device that ended it and {@code at} when, where that is known.
     */
    record Farewell(
            String reason, @Nullable String by, @Nullable Instant at) {

        public static Farewell because(String reason) {
            return new Farewell(reason, null, null);
        }
    }

    Verdict of(CurrentPerson person, HttpServletRequest request);

    /** Requests that only ever end sessions: to be had when confined, and while FusionAuth cannot be asked. */
    boolean isWayOut(HttpServletRequest request);
}
