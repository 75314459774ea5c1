package app.almanac.web;

import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps a notice in the session until a page shows it, however many redirects, also over other hosts, lie between. */
@Component
public class Notices {

    private static final String ATTRIBUTE = "notice";

    public void leave(HttpSession session, Notice notice) {
        session.setAttribute(ATTRIBUTE, notice);
    }

    public boolean isWaiting(HttpSession session) {
        return session.getAttribute(ATTRIBUTE) != null;
    }

    /** The notice, once. */
    public @Nullable Notice take(HttpSession session) {
        if (session.getAttribute(ATTRIBUTE) instanceof Notice notice) {
            session.removeAttribute(ATTRIBUTE);
            return notice;
        }
        return null;
    }
}
