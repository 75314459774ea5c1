package app.almanac.security;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Tells every page who is signed in. */
@ControllerAdvice(annotations = Controller.class)
class PersonOnPages {

    @ModelAttribute("person")
    @Nullable
    CurrentPerson person(@AuthenticationPrincipal @Nullable CurrentPerson person) {
        return person;
    }
}
