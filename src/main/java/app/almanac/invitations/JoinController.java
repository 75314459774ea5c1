package app.almanac.invitations;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.NewUser;
import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.invitations.InviteLinks.Link;
import app.almanac.invitations.Joining.Joined;
import app.almanac.security.FreshSignIn;
import app.almanac.upstream.Secret;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** An invitee's way in. In the licensed edition registering is FusionAuth's hosted form, and here is a button to it. */
@Controller
class JoinController {

    /** What an invitee typed. */
    record Form(
            @Nullable String email,
            @Nullable String password,
            @Nullable String fullName) {

        private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");
        private static final int LONGEST = 250;

        /** Field and what is wrong with it, by the names of the texts. */
        Map<String, String> problems() {
            var problems = new LinkedHashMap<String, String>();
            var newcomer = newcomer("");
            if (newcomer.fullName().isEmpty() || newcomer.fullName().length() > LONGEST) {
                problems.put("fullName", newcomer.fullName().isEmpty() ? "blank" : "tooLong");
            }
            if (newcomer.email().isEmpty()) {
                problems.put("email", "blank");
            } else if (newcomer.email().length() > LONGEST
                    || !ADDRESS.matcher(newcomer.email()).matches()) {
                problems.put("email", "invalid");
            }
            var password = text(this.password);
            if (password.isEmpty() || password.length() > LONGEST) {
                problems.put("password", password.isEmpty() ? "blank" : "tooLong");
            }
            return problems;
        }

        NewUser newcomer(String code) {
            return new NewUser(
                    text(email).strip(),
                    new Secret(text(password)),
                    text(fullName).strip(),
                    code);
        }

        private static String text(@Nullable String value) {
            return value == null ? "" : value;
        }

        @Override
        public String toString() {
            return "Form[***]";
        }
    }

    private static final String JOINED = "invitations.joined";
    private static final Pattern FUSIONAUTH_CODE = Pattern.compile("\\[(\\w+)]user\\.(email|password|fullName)");

    private final InviteLinks links;
    private final Joining joining;
    private final WrongCodes wrongCodes;
    private final InvitationSettings settings;
    private final FusionAuthSettings fusionAuth;
    private final ViewerZone zones;
    private final Clock clock;

    JoinController(
            InviteLinks links,
            Joining joining,
            WrongCodes wrongCodes,
            InvitationSettings settings,
            FusionAuthSettings fusionAuth,
            ViewerZone zones,
            Clock clock) {
        this.links = links;
        this.joining = joining;
        this.wrongCodes = wrongCodes;
        this.settings = settings;
        this.fusionAuth = fusionAuth;
        this.zones = zones;
        this.clock = clock;
    }

    @GetMapping("/join/{code}")
    ModelAndView invited(@PathVariable String code, HttpServletRequest request) {
        return switch (links.read(code)) {
            case Link.Good good -> form(good, new Form(null, null, null), Map.of(), request);
            case Link.Ended ignored -> ended(code, request);
            case Link.Unknown ignored -> unknown(request, null);
            case Link.Unavailable ignored -> closed("unavailable", HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    @PostMapping("/join/{code}")
    Object join(@PathVariable String code, Form typed, HttpSession session, HttpServletRequest request) {
        if (isLicensed()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return switch (links.read(code)) {
            case Link.Good good -> join(good, typed, session, request);
            case Link.Ended ignored -> ended(code, request);
            case Link.Unknown ignored -> unknown(request, typed.email());
            case Link.Unavailable ignored -> closed("unavailable", HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    /** For who has a login at FusionAuth already: they sign in, and are let in because they came with a code. */
    @PostMapping("/join/{code}/sign-in")
    Object signIn(@PathVariable String code, HttpSession session, HttpServletRequest request) {
        return switch (links.read(code)) {
            case Link.Good good -> {
                CameWithACode.remember(session, good.typed());
                yield redirect("/login");
            }
            case Link.Ended ignored -> closed("ended", HttpStatus.GONE);
            case Link.Unknown ignored -> unknown(request, null);
            case Link.Unavailable ignored -> closed("unavailable", HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    @GetMapping("/joined")
    String joined() {
        return "invitations/joined";
    }

    private Object join(Link.Good good, Form typed, HttpSession session, HttpServletRequest request) {
        var problems = typed.problems();
        if (!problems.isEmpty()) {
            return form(good, typed, problems, request);
        }
        var code = good.code();
        if (code != null && wrongCodes.triesAddresses(code)) {
            return closed("tries", HttpStatus.TOO_MANY_REQUESTS);
        }
        var given = settings.invitationsMode() == Mode.OFF ? "" : good.typed();
        return switch (joining.join(good, typed.newcomer(given))) {
            case Joined.In ignored -> {
                session.setAttribute(JOINED, good.typed());
                yield signInNext(session);
            }
            case Joined.HasALogin ignored -> {
                if (code != null) {
                    wrongCodes.hadALogin(code);
                }
                CameWithACode.remember(session, good.typed());
                yield signInNext(session);
            }
            case Joined.NotAccepted(var codes) -> form(good, typed, fieldsOf(codes), request);
            case Joined.Refused ignored ->
                links.read(good.typed()) instanceof Link.Good
                        ? closed("busy", HttpStatus.CONFLICT)
                        : closed("ended", HttpStatus.GONE);
            case Joined.Unclear ignored -> closed("unclear", HttpStatus.SERVICE_UNAVAILABLE);
            case Joined.Unavailable ignored -> closed("unavailable", HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    /** The next sign-in asks who it is: the browser may be somebody else's at FusionAuth. */
    private static RedirectView signInNext(HttpSession session) {
        FreshSignIn.demand(session);
        return redirect("/joined");
    }

    /** Whoever goes back after they joined is not told that the invitation is over. */
    private static ModelAndView ended(String typed, HttpServletRequest request) {
        var session = request.getSession(false);
        var code = InviteCode.typed(typed).map(InviteCode::value).orElse(typed);
        var joined = session != null && request.getUserPrincipal() == null && code.equals(session.getAttribute(JOINED));
        return closed(joined ? "joined" : "ended", HttpStatus.GONE);
    }

    private ModelAndView form(Link.Good good, Form typed, Map<String, String> problems, HttpServletRequest request) {
        var page = new ModelAndView("invitations/join", problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
        page.addObject("code", good.typed());
        page.addObject("inviter", good.inviter());
        page.addObject(
                "until",
                good.until() == null ? null : Moment.of(good.until(), clock.instant(), zones.remembered(request)));
        page.addObject("open", settings.invitationsMode() == Mode.OFF);
        page.addObject("licensed", isLicensed());
        page.addObject("email", typed.email());
        page.addObject("fullName", typed.fullName());
        page.addObject("problems", problems);
        return page;
    }

    /** FusionAuth's codes as fields and problems of the form; what it says of anything else concerns no field. */
    private static Map<String, String> fieldsOf(java.util.List<String> codes) {
        var problems = new LinkedHashMap<String, String>();
        for (var code : codes) {
            var known = FUSIONAUTH_CODE.matcher(code);
            if (known.matches()) {
                problems.putIfAbsent(known.group(2), known.group(1));
            } else {
                problems.putIfAbsent("form", "refused");
            }
        }
        return problems;
    }

    private ModelAndView unknown(HttpServletRequest request, @Nullable String email) {
        var plain = email == null || email.isBlank() ? null : Reservations.plain(email);
        return wrongCodes.oneTooMany(request.getRemoteAddr(), plain)
                ? closed("throttled", HttpStatus.TOO_MANY_REQUESTS)
                : closed("unknown", HttpStatus.NOT_FOUND);
    }

    private static ModelAndView closed(String why, HttpStatus status) {
        var page = new ModelAndView("invitations/closed", status);
        page.addObject("why", why);
        return page;
    }

    private boolean isLicensed() {
        return fusionAuth.edition() == FusionAuthSettings.Edition.LICENSED;
    }

    private static RedirectView redirect(String address) {
        var view = new RedirectView(address);
        view.setExposeModelAttributes(false);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        return view;
    }
}
