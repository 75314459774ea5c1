package app.almanac.invitations;

import app.almanac.invitations.InviteLinks.Link;
import app.almanac.invitations.Joining.Joined;
import app.almanac.security.Newcomers;
import jakarta.servlet.http.HttpSession;
import org.springframework.stereotype.Component;

/** Lets in who signed in with a login they had, unregistered, after they came with a code in the same browser. */
@Component
class CameWithACode implements Newcomers {

    private static final String ATTRIBUTE = "invitations.came-with";

    private final InviteLinks links;
    private final Joining joining;

    CameWithACode(InviteLinks links, Joining joining) {
        this.links = links;
        this.joining = joining;
    }

    static void remember(HttpSession session, String code) {
        session.setAttribute(ATTRIBUTE, code);
    }

    @Override
    public boolean letIn(Newcomer newcomer, HttpSession session) {
        if (!(session.getAttribute(ATTRIBUTE) instanceof String code)) {
            return false;
        }
        session.removeAttribute(ATTRIBUTE);
        return links.read(code) instanceof Link.Good good && joining.join(good, newcomer) instanceof Joined.In;
    }
}
