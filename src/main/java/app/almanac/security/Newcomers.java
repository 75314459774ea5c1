package app.almanac.security;

import app.almanac.fusionauth.PersonId;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/** Asked when somebody proved who they are and is not registered for Almanac, before they are turned away. */
public interface Newcomers {

    /** Name and address are FusionAuth's. It prints as its id. */
    record Newcomer(
            PersonId id, @Nullable String name, @Nullable String email) {

        @Override
        public String toString() {
            return "Newcomer[" + id + "]";
        }
    }

    /** Whether somebody unregistered is let in. */
    enum Answer {
        /** Registered now: they sign in once more, without being asked anything. */
        IN,
        NOT_INVITED,
        /** Nobody can say; they may come again. */
        UNAVAILABLE
    }

    Answer letIn(Newcomer newcomer, HttpSession session);
}
