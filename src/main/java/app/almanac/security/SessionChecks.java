package app.almanac.security;

import app.almanac.security.SessionGuard.Farewell;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks at every request of somebody signed in whether their session may go on: first the features, then FusionAuth's
 * standing. Who is out is told why; whose roles changed has them from this request on.
 */
class SessionChecks extends OncePerRequestFilter {

    private final List<SessionGuard> guards;
    private final Standing standing;
    private final RequestCache requestedPages;
    private final SecurityContextRepository sessions = new HttpSessionSecurityContextRepository();

    SessionChecks(List<SessionGuard> guards, Standing standing, RequestCache requestedPages) {
        this.guards = guards;
        this.standing = standing;
        this.requestedPages = requestedPages;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getServletPath().startsWith("/assets/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var person = current();
        if (person == null) {
            chain.doFilter(request, response);
            return;
        }
        for (var guard : guards) {
            switch (guard.of(person, request)) {
                case SessionGuard.Verdict.GoOn(var next) -> person = replaced(person, next, request, response);
                case SessionGuard.Verdict.Confined(var page) -> {
                    if (standing.of(person) instanceof Standing.Verdict.Ended(var reason)) {
                        end(Farewell.because(reason), request, response);
                        return;
                    }
                    confine(page, request, response, chain);
                    return;
                }
                case SessionGuard.Verdict.Over(var why) -> {
                    end(why, request, response);
                    return;
                }
            }
        }
        switch (standing.of(person)) {
            case Standing.Verdict.Good(var roles) -> {
                if (roles != null) {
                    replaced(person, person.withRoles(roles), request, response);
                }
                chain.doFilter(request, response);
            }
            case Standing.Verdict.Ended(var reason) -> end(Farewell.because(reason), request, response);
            case Standing.Verdict.Unknown ignored -> {
                if (isReading(request) || isWayOut(request)) {
                    chain.doFilter(request, response);
                } else {
                    SignInFailure.show(SignInFailure.Problem.WAIT, request, response);
                }
            }
        }
    }

    private static @Nullable CurrentPerson current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof CurrentPerson person ? person : null;
    }

    private CurrentPerson replaced(
            CurrentPerson before, CurrentPerson after, HttpServletRequest request, HttpServletResponse response) {
        if (!before.equals(after)) {
            var context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(
                    new OAuth2AuthenticationToken(after, after.getAuthorities(), Registrations.SIGN_IN));
            SecurityContextHolder.setContext(context);
            sessions.saveContext(context, request, response);
        }
        return after;
    }

    private void confine(String page, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if ((page.equals(request.getServletPath()) && isReading(request)) || isWayOut(request)) {
            chain.doFilter(request, response);
        } else if (isForScripts(request)) {
            problem(HttpStatus.FORBIDDEN, response);
        } else {
            requestedPages.saveRequest(request, response);
            response.setStatus(HttpStatus.SEE_OTHER.value());
            response.setHeader("Location", page);
        }
    }

    private void end(Farewell why, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        SecurityContextHolder.clearContext();
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
        if (isForScripts(request)) {
            problem(HttpStatus.UNAUTHORIZED, response);
        } else {
            FreshSignIn.demand(request.getSession());
            request.setAttribute(SignInPages.FAREWELL, why);
            request.getRequestDispatcher(SignInPages.FAREWELL_PATH).forward(request, response);
        }
    }

    private boolean isWayOut(HttpServletRequest request) {
        return guards.stream().anyMatch(guard -> guard.isWayOut(request));
    }

    private static boolean isReading(HttpServletRequest request) {
        return Set.of("GET", "HEAD").contains(request.getMethod());
    }

    private static boolean isForScripts(HttpServletRequest request) {
        return request.getServletPath().startsWith("/api/");
    }

    private static void problem(HttpStatus status, HttpServletResponse response) throws IOException {
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getWriter()
                .write("{\"title\":\"%s\",\"status\":%d}".formatted(status.getReasonPhrase(), status.value()));
    }
}
