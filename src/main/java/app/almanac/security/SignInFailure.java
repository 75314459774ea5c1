package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.settings.AppUrl;
import com.nimbusds.jose.KeySourceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClientException;

/**
 * What a person sees when a sign-in did not work out: a calm page with a way back. What FusionAuth wrote in
 * {@code error_description} is neither shown nor logged. A lost attempt (another tab took the session's place) begins
 * anew once.
 */
@Component
class SignInFailure implements AuthenticationFailureHandler {

    /** The pages of a sign-in that failed, forwarded to; the constant's name is the text's. */
    enum Problem {
        REFUSED(HttpStatus.BAD_REQUEST),
        EXPIRED(HttpStatus.BAD_REQUEST),
        UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
        /** Somebody signed in wants to change something while FusionAuth cannot say whether they still may. */
        WAIT(HttpStatus.SERVICE_UNAVAILABLE),
        TOO_MANY_DEVICES(HttpStatus.FORBIDDEN),
        NOT_INVITED(HttpStatus.FORBIDDEN);

        final HttpStatus status;

        Problem(HttpStatus status) {
            this.status = status;
        }

        /** As in the texts and in {@code data-problem}. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static final String PROBLEM = "app.almanac.sign-in.problem";
    static final String PROBLEM_PATH = "/login/problem";

    private static final Logger log = LoggerFactory.getLogger(SignInFailure.class);

    private final HttpSessionSecurityContextRepository sessions = new HttpSessionSecurityContextRepository();
    private final Newcomers newcomers;
    private final Revocations revocations;
    private final FusionAuthSettings settings;
    private final AppUrl url;

    SignInFailure(Newcomers newcomers, Revocations revocations, FusionAuthSettings settings, AppUrl url) {
        this.newcomers = newcomers;
        this.revocations = revocations;
        this.settings = settings;
        this.url = url;
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException, ServletException {
        IssuedToken.of(request).map(List::of).ifPresent(unused -> {
            revocations.queue(unused);
            revocations.attempt(unused);
        });
        var code = failure instanceof OAuth2AuthenticationException oauth
                ? oauth.getError().getErrorCode()
                : failure.getClass().getSimpleName();
        if ("authorization_request_not_found".equals(code)) {
            if (sessions.containsContext(request)) {
                response.sendRedirect("/calendar");
            } else if (SignInStart.isSecondTry(request.getParameter("state"))) {
                show(Problem.EXPIRED, request, response);
            } else {
                response.sendRedirect(SignInStart.PATH + "?" + SignInStart.AGAIN);
            }
            return;
        }
        if (failure instanceof PersonAtSignIn.NotRegistered unregistered) {
            switch (newcomers.letIn(unregistered.newcomer, request.getSession())) {
                case IN -> {
                    FreshSignIn.done(request); // they have just said who they are
                    SignInAttempts.keepTarget(request);
                    response.sendRedirect(SignInStart.PATH);
                }
                case NOT_INVITED -> show(Problem.NOT_INVITED, request, response);
                case UNAVAILABLE -> show(Problem.UNAVAILABLE, request, response);
            }
            return;
        }
        if (SignInSteps.PROVE_AGAIN.equals(code)) {
            proveAgain(request, response);
            return;
        }
        var problem = problem(code, failure);
        log.warn("Sign-in failed: {} ({})", problem, isOurCode(code) ? code : "an error of FusionAuth's");
        show(problem, request, response);
    }

    /** A FusionAuth that did not ask, although it should have, has its single sign-on session ended instead. */
    private void proveAgain(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (FreshSignIn.isDemanded(request)) {
            response.sendRedirect(SignOut.address(settings, url).toString());
        } else {
            FreshSignIn.demand(request.getSession());
            SignInAttempts.keepTarget(request);
            response.sendRedirect(SignInStart.PATH);
        }
    }

    private static Problem problem(String code, AuthenticationException failure) {
        for (var candidate : Problem.values()) {
            if (code.equals(SignInSteps.REFUSED + candidate.word())) {
                return candidate;
            }
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof RestClientException || t instanceof KeySourceException || t instanceof IOException) {
                return Problem.UNAVAILABLE;
            }
        }
        return switch (code) {
            case "invalid_token_response", "invalid_client", "server_error", "temporarily_unavailable" ->
                Problem.UNAVAILABLE;
            case "invalid_grant" -> Problem.EXPIRED;
            default -> Problem.REFUSED;
        };
    }

    /** Codes may come from the address bar: only what could be one is logged. */
    private static boolean isOurCode(String code) {
        return code.matches("[a-zA-Z_-]{1,60}");
    }

    static void show(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        request.setAttribute(PROBLEM, problem);
        request.getRequestDispatcher(PROBLEM_PATH).forward(request, response);
    }
}
