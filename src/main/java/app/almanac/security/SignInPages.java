package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.security.SessionGuard.Farewell;
import app.almanac.security.SignInFailure.Problem;
import app.almanac.settings.AppUrl;
import app.almanac.web.Notices;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.server.ResponseStatusException;

/** The open pages around signing in: the front page, and what went wrong. */
@Controller
class SignInPages {

    static final String FAREWELL = "app.almanac.signed-out";
    static final String FAREWELL_PATH = "/login/ended";

    private final FusionAuthSettings settings;
    private final AppUrl url;
    private final Notices notices;

    SignInPages(FusionAuthSettings settings, AppUrl url, Notices notices) {
        this.settings = settings;
        this.url = url;
        this.notices = notices;
    }

    @GetMapping("/")
    String home(@AuthenticationPrincipal @Nullable CurrentPerson person, HttpServletRequest request) {
        if (person == null) {
            return "home";
        }
        return notices.isWaiting(request.getSession()) ? "redirect:/accounts" : "redirect:/calendar";
    }

    @RequestMapping(SignInFailure.PROBLEM_PATH)
    String problem(
            @RequestAttribute(name = SignInFailure.PROBLEM, required = false) @Nullable Problem problem,
            Model model,
            HttpServletResponse response) {
        if (problem == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        response.setStatus(problem.status.value());
        if (problem == Problem.NOT_INVITED) {
            model.addAttribute("signOutUrl", SignOut.address(settings, url).toString());
            return "sign-in/not-invited";
        }
        if (problem.status == HttpStatus.SERVICE_UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
        }
        model.addAttribute("problem", problem.word());
        return "sign-in/problem";
    }

    /** What somebody sees whose session was ended by anybody but themselves, forwarded to. */
    @RequestMapping(FAREWELL_PATH)
    String farewell(
            @RequestAttribute(name = FAREWELL, required = false) @Nullable Farewell why,
            Model model,
            HttpServletResponse response) {
        if (why == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        response.setStatus(HttpStatus.UNAUTHORIZED.value());
        model.addAttribute("why", why);
        return "sign-in/ended";
    }
}
