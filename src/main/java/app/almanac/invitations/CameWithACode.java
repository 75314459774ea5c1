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
    public Answer letIn(Newcomer newcomer, HttpSession session) {
        if (!(session.getAttribute(ATTRIBUTE) instanceof String code)) {
            return Answer.NOT_INVITED;
        }
        var answer = letIn(newcomer, code);
        if (answer != Answer.UNAVAILABLE) {
            session.removeAttribute(ATTRIBUTE);
        }
        return answer;
    }

    private Answer letIn(Newcomer newcomer, String code) {
        return switch (links.read(code)) {
            case Link.Good good ->
                switch (joining.join(good, newcomer)) {
                    case Joined.In ignored -> Answer.IN;
                    case Joined.Unclear ignored -> Answer.UNAVAILABLE;
                    case Joined.Unavailable ignored -> Answer.UNAVAILABLE;
                    case Joined.HasALogin ignored -> Answer.NOT_INVITED;
                    case Joined.NotAccepted ignored -> Answer.NOT_INVITED;
                    case Joined.Refused ignored -> Answer.NOT_INVITED;
                };
            case Link.Ended ignored -> Answer.NOT_INVITED;
            case Link.Unknown ignored -> Answer.NOT_INVITED;
            case Link.Unavailable ignored -> Answer.UNAVAILABLE;
        };
    }
}
