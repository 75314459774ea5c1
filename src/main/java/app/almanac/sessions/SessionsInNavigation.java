package app.almanac.sessions;

import app.almanac.security.CurrentPerson;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Tells every page whether its reader operates the session service. */
@ControllerAdvice(annotations = Controller.class)
class SessionsInNavigation {

    private final SessionServiceSettings settings;

    SessionsInNavigation(SessionServiceSettings settings) {
        this.settings = settings;
    }

    @ModelAttribute("operatesSessions")
    boolean operatesSessions(@AuthenticationPrincipal @Nullable CurrentPerson person) {
        return settings.isOn() && person != null && SessionsController.isOperator(person);
    }
}
