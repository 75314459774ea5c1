package app.almanac.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;

/**
 * Has a browser's next sign-in ask who is there, by {@code prompt=login}, whatever single sign-on session it still has:
 * after Almanac ended its session, and where somebody new has just joined. FusionAuth before 1.60 does not know the
 * parameter and signs in by the session.
 */
public final class FreshSignIn {

    private static final String WANTED = FreshSignIn.class.getName();

    private FreshSignIn() {}

    public static void demand(HttpSession session) {
        session.setAttribute(WANTED, true);
    }

    static boolean isDemanded(HttpServletRequest request) {
        var session = request.getSession(false);
        return session != null && session.getAttribute(WANTED) != null;
    }

    static void done(HttpServletRequest request) {
        var session = request.getSession(false);
        if (session != null) {
            session.removeAttribute(WANTED);
        }
    }
}
