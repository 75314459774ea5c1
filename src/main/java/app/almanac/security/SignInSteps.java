package app.almanac.security;

import app.almanac.security.SignInStep.SigningIn;
import app.almanac.security.SignInStep.Verdict;
import app.almanac.web.Notices;
import java.time.Clock;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Asks every {@link SignInStep} in turn, and makes of the tokens' person what a session keeps. */
@Component
class SignInSteps {

    /** A step's refusal travels as an OAuth error, the one kind of failure that Spring's filter knows. */
    static final String REFUSED = "refused_";

    static final String PROVE_AGAIN = "prove_again";
    static final String UNAVAILABLE = "temporarily_unavailable";

    private final ObjectProvider<SignInStep> steps;
    private final Browser browser;
    private final Notices notices;
    private final Clock clock;

    SignInSteps(ObjectProvider<SignInStep> steps, Browser browser, Notices notices, Clock clock) {
        this.steps = steps;
        this.browser = browser;
        this.notices = notices;
        this.clock = clock;
    }

    OAuth2AuthenticationToken take(OAuth2LoginAuthenticationToken result) {
        if (!(result.getPrincipal() instanceof PersonAtSignIn.WithPerson read)) {
            throw new IllegalStateException("signed in without a person");
        }
        var signIn = signingIn(read.person());
        for (var step : steps.orderedStream().toList()) {
            signIn = switch (step.take(signIn)) {
                case Verdict.GoOn(var person) -> signIn.as(person);
                case Verdict.Refused(var problem) -> throw failure(REFUSED + problem);
                case Verdict.ProveAgain ignored -> throw failure(PROVE_AGAIN);
                case Verdict.Unavailable ignored -> throw failure(UNAVAILABLE);
            };
        }
        // The steps may have changed what FusionAuth keeps: only a view from after them is newer than the session.
        var person = signIn.person().signedIn(clock.instant());
        FreshSignIn.done(exchange().getRequest());
        forgetFormerPerson(person);
        return new OAuth2AuthenticationToken(person, person.getAuthorities(), Registrations.SIGN_IN);
    }

    /** Somebody else's notice, with their address, is not for who comes after them in this browser. */
    private void forgetFormerPerson(CurrentPerson person) {
        var before = SecurityContextHolder.getContext().getAuthentication();
        var session = exchange().getRequest().getSession(false);
        if (session != null
                && before != null
                && before.getPrincipal() instanceof CurrentPerson former
                && !former.id().equals(person.id())) {
            notices.take(session);
        }
    }

    private SigningIn signingIn(CurrentPerson person) {
        var exchange = exchange();
        var request = exchange.getRequest();
        var before = SecurityContextHolder.getContext().getAuthentication();
        return new SigningIn(
                person,
                browser.name(request, Objects.requireNonNull(exchange.getResponse())),
                before != null && before.getPrincipal() instanceof CurrentPerson former
                        ? former.refreshTokenId()
                        : null,
                request.getHeader(HttpHeaders.USER_AGENT),
                request.getRemoteAddr());
    }

    private static ServletRequestAttributes exchange() {
        return (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
    }

    private static OAuth2AuthenticationException failure(String code) {
        return new OAuth2AuthenticationException(new OAuth2Error(code));
    }
}
