package app.almanac.accounts;

import app.almanac.fusionauth.IdentityProviderLinks;
import app.almanac.fusionauth.LinksAnswer;
import app.almanac.security.CurrentPerson;
import app.almanac.security.HostedAuthorization;
import app.almanac.web.BadParameter;
import app.almanac.web.Notice;
import app.almanac.web.Notices;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.view.RedirectView;

/** Begins an attempt to connect or repair an account, and takes it back at the two return addresses, once. */
@Controller
class ConnectionController {

    private static final String ATTEMPT = "accounts.connection";

    private final Connection connection;
    private final ConnectedAccounts accounts;
    private final AccountRows rows;
    private final IdentityProviderLinks links;
    private final HostedAuthorization hosted;
    private final RouteChoice routes;
    private final ConnectSettings settings;
    private final Notices notices;
    private final Clock clock;

    ConnectionController(
            Connection connection,
            ConnectedAccounts accounts,
            AccountRows rows,
            IdentityProviderLinks links,
            HostedAuthorization hosted,
            RouteChoice routes,
            ConnectSettings settings,
            Notices notices,
            Clock clock) {
        this.connection = connection;
        this.accounts = accounts;
        this.rows = rows;
        this.links = links;
        this.hosted = hosted;
        this.routes = routes;
        this.settings = settings;
        this.notices = notices;
        this.clock = clock;
    }

    @PostMapping("/accounts/connection")
    RedirectView connect(
            @RequestParam(required = false) @Nullable String route,
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session) {
        var chosen = chosen(route);
        var known = accounts.of(person.id());
        if (known.accounts().size() >= settings.accountsLimit()) {
            return toAccounts(session, Connection.Ended.as(Outcome.LIMIT_REACHED), chosen);
        }
        return begin(chosen, null, known, person, session);
    }

    @PostMapping("/accounts/{id}/reconnection")
    RedirectView reconnect(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String route,
            @AuthenticationPrincipal CurrentPerson person,
            HttpSession session) {
        var known = accounts.of(person.id());
        return begin(chosen(route), own(id, known), known, person, session);
    }

    @PostMapping("/accounts/{id}/disconnection")
    RedirectView disconnect(
            @PathVariable String id, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        var known = accounts.of(person.id());
        var account = own(id, known);
        var outcome = known.linksKnown() ? disconnected(person, account) : "unavailable";
        notices.leave(session, new Notice(outcome, account.email(), null));
        return redirect("/accounts");
    }

    private String disconnected(CurrentPerson person, ConnectedAccount account) {
        return switch (accounts.disconnect(person.id(), account)) {
            case DISCONNECTED -> "disconnected";
            case DISCONNECTED_NOT_REVOKED -> "disconnected-not-revoked";
            case UNAVAILABLE -> "unavailable";
        };
    }

    @GetMapping("/accounts/connection/hosted")
    RedirectView backFromFusionAuth(
            Return returned, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        var ended = finish(Route.HOSTED, returned, person, session);
        var back = toAccounts(session, ended, Route.HOSTED);
        // The browser's single sign-on session is somebody else's now: end it, or the next sign-in would be theirs.
        return ended != null && ended.outcome() == Outcome.BELONGS_TO_ANOTHER_PERSON
                ? redirect(hosted.endOfSingleSignOn().toString())
                : back;
    }

    @GetMapping("/accounts/connection/direct")
    RedirectView backFromGoogle(Return returned, @AuthenticationPrincipal CurrentPerson person, HttpSession session) {
        return toAccounts(session, finish(Route.DIRECT, returned, person, session), Route.DIRECT);
    }

    /** Null when another request, a browser's second try, is finishing the same return at this moment. */
    private Connection.@Nullable Ended finish(Route route, Return returned, CurrentPerson person, HttpSession session) {
        if (!(session.getAttribute(ATTEMPT) instanceof Attempt attempt)
                || !attempt.isAnsweredBy(route, person.id(), returned.state(), clock.instant())) {
            return Connection.Ended.as(Outcome.EXPIRED);
        }
        session.removeAttribute(ATTEMPT);
        return rows.isFirstReturn(attempt.stateHash()) ? connection.finish(attempt, returned) : null;
    }

    private RedirectView begin(
            Route route,
            @Nullable ConnectedAccount repairing,
            Accounts known,
            CurrentPerson person,
            HttpSession session) {
        if (!(links.of(person.id()) instanceof LinksAnswer.Known(var before))) {
            return toAccounts(session, Connection.Ended.as(Outcome.UNAVAILABLE), route);
        }
        var attempt = Attempt.begin(
                route, person.id(), repairing, known.accounts(), before, person.authenticatedAt(), clock.instant());
        session.setAttribute(ATTEMPT, attempt);
        return redirect(connection
                .address(attempt, repairing == null ? null : repairing.email())
                .toString());
    }

    private Route chosen(@Nullable String route) {
        return route == null ? routes.usual() : Route.named(route).orElseThrow(() -> new BadParameter("route"));
    }

    private static ConnectedAccount own(String id, Accounts known) {
        try {
            return known.with(new AccountId(UUID.fromString(id)))
                    .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        } catch (IllegalArgumentException notAnId) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, null, notAnId);
        }
    }

    private RedirectView toAccounts(HttpSession session, Connection.@Nullable Ended ended, Route route) {
        if (ended != null) {
            var other =
                    ended.outcome() == Outcome.NOTHING_LINKED ? route.other().word() : null;
            notices.leave(session, new Notice(ended.outcome().word(), ended.email(), other));
        }
        return redirect("/accounts");
    }

    private static RedirectView redirect(String address) {
        var view = new RedirectView(address);
        view.setExposeModelAttributes(false);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        return view;
    }
}
