package app.almanac.security;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Tells every page who is signed in, and which pages for administrators they may go to. */
@ControllerAdvice(annotations = Controller.class)
class PersonOnPages {

    private final List<AdminPage> adminPages;

    PersonOnPages(ObjectProvider<AdminPage> adminPages) {
        this.adminPages = adminPages.orderedStream().filter(AdminPage::isOn).toList();
    }

    @ModelAttribute("person")
    @Nullable
    CurrentPerson person(@AuthenticationPrincipal @Nullable CurrentPerson person) {
        return person;
    }

    @ModelAttribute("adminPages")
    List<AdminPage> adminPages(@AuthenticationPrincipal @Nullable CurrentPerson person) {
        return person != null && person.isAdmin() ? adminPages : List.of();
    }
}
