package app.almanac.accounts;

import app.almanac.fusionauth.IdentityProviderLink;
import app.almanac.fusionauth.IdentityProviderLinks;
import app.almanac.fusionauth.LinkOwner;
import app.almanac.fusionauth.LinksAnswer;
import app.almanac.fusionauth.PersonId;
import app.almanac.google.GoogleAccess;
import app.almanac.google.GoogleAccessTokens;
import app.almanac.google.GoogleAuthorization;
import app.almanac.google.GoogleGrant;
import app.almanac.security.HostedAuthorization;
import app.almanac.settings.AppUrl;
import app.almanac.upstream.Secret;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Connects and reconnects Google accounts by either route, and says what came of it. Nothing is assumed of FusionAuth's
 * hosted pages: the links before and after decide.
 */
@Component
class Connection {

    /** How an attempt ended; {@code email} names the account where there is one to name. */
    record Ended(Outcome outcome, @Nullable String email) {

        static Ended as(Outcome outcome) {
            return new Ended(outcome, null);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final IdentityProviderLinks links;
    private final HostedAuthorization hosted;
    private final GoogleAuthorization google;
    private final GoogleAccessTokens tokens;
    private final AccountRows rows;
    private final RouteChoice routes;
    private final ConnectSettings settings;
    private final ApplicationEventPublisher events;
    private final URI directReturn;

    Connection(
            IdentityProviderLinks links,
            HostedAuthorization hosted,
            GoogleAuthorization google,
            GoogleAccessTokens tokens,
            AccountRows rows,
            RouteChoice routes,
            ConnectSettings settings,
            ApplicationEventPublisher events,
            AppUrl url) {
        this.links = links;
        this.hosted = hosted;
        this.google = google;
        this.tokens = tokens;
        this.rows = rows;
        this.routes = routes;
        this.settings = settings;
        this.events = events;
        this.directReturn = url.at("/accounts/connection/direct");
    }

    /** Where to send the browser. A new account forces Google's chooser and consent; a repair hints at the account. */
    URI address(Attempt attempt, @Nullable String email) {
        return switch (attempt.route()) {
            case HOSTED -> hosted.address(attempt.person(), attempt.state(), attempt.nonce(), attempt.codeChallenge());
            case DIRECT ->
                google.address(
                        directReturn,
                        attempt.state(),
                        attempt.nonce(),
                        attempt.codeChallenge(),
                        attempt.repairing() == null ? null : email);
        };
    }

    /** The rest of an attempt that came back to the browser, the person and the route that began it. */
    Ended finish(Attempt attempt, Return returned) {
        if (returned.error() != null) {
            return Ended.as("access_denied".equals(returned.error()) ? Outcome.CANCELLED : Outcome.UNAVAILABLE);
        }
        var code = returned.code();
        if (code == null) {
            return Ended.as(Outcome.EXPIRED);
        }
        return switch (attempt.route()) {
            case DIRECT -> finishDirect(attempt, code);
            case HOSTED ->
                hosted.isFromOurIssuer(returned.iss()) ? finishHosted(attempt, code) : Ended.as(Outcome.UNAVAILABLE);
        };
    }

    private Ended finishDirect(Attempt attempt, String code) {
        return switch (google.exchange(directReturn, code, attempt.codeVerifier(), attempt.nonce())) {
            case GoogleGrant.Refused ignored -> Ended.as(Outcome.EXPIRED);
            case GoogleGrant.Unavailable ignored -> Ended.as(Outcome.UNAVAILABLE);
            case GoogleGrant.Granted granted -> link(attempt, granted);
        };
    }

    private Ended link(Attempt attempt, GoogleGrant.Granted granted) {
        var sub = granted.identity().sub();
        var email = granted.identity().email();
        var person = attempt.person();
        if (attempt.repairingSub() != null && !attempt.repairingSub().equals(sub)) {
            return new Ended(Outcome.WRONG_ACCOUNT, emailOf(person, attempt.repairingSub()));
        }
        var owner = links.ownerOf(sub);
        if (owner instanceof LinkOwner.Unavailable) {
            return Ended.as(Outcome.UNAVAILABLE);
        }
        if (owner instanceof LinkOwner.Somebody(var link) && !link.person().equals(person)) {
            return new Ended(Outcome.BELONGS_TO_ANOTHER_PERSON, email);
        }
        var claim = rows.claim(person, sub, email, settings.accountsLimit());
        if (claim == AccountRows.Claim.LIMIT_REACHED) {
            return new Ended(Outcome.LIMIT_REACHED, email);
        }
        if (claim == AccountRows.Claim.SOMEBODY_ELSES) {
            return new Ended(Outcome.BELONGS_TO_ANOTHER_PERSON, email);
        }
        var kept = owner instanceof LinkOwner.Somebody(var link) ? link.token() : null;
        if (granted.refreshToken() == null && owner instanceof LinkOwner.Somebody) {
            return new Ended(worth(kept, outcome(attempt, claim)), email);
        }
        return switch (links.write(person, sub, email, granted.refreshToken())) {
            case WRITTEN -> {
                renewed(person, sub, kept);
                yield new Ended(
                        granted.refreshToken() == null
                                ? Outcome.RECONNECT_NEEDED
                                : granted.calendarPermission()
                                        ? outcome(attempt, claim)
                                        : Outcome.CALENDAR_PERMISSION_MISSING,
                        email);
            }
            case BELONGS_TO_ANOTHER -> {
                rows.remove(person, sub);
                yield new Ended(Outcome.BELONGS_TO_ANOTHER_PERSON, email);
            }
            case UNAVAILABLE -> {
                // A new account leaves nothing half-done (a link written after all is adopted when it shows); an old
                // one stays and asks to be reconnected.
                if (claim == AccountRows.Claim.NEW) {
                    rows.remove(person, sub);
                }
                yield new Ended(Outcome.UNAVAILABLE, email);
            }
        };
    }

    private Ended finishHosted(Attempt attempt, String code) {
        return switch (hosted.finish(code, attempt.codeVerifier(), attempt.nonce())) {
            case HostedAuthorization.CameBack.Refused ignored -> Ended.as(Outcome.EXPIRED);
            case HostedAuthorization.CameBack.Unavailable ignored -> Ended.as(Outcome.UNAVAILABLE);
            case HostedAuthorization.CameBack.As(var person, var ignored)
            when !person.equals(attempt.person()) -> Ended.as(Outcome.BELONGS_TO_ANOTHER_PERSON);
            case HostedAuthorization.CameBack.As(var ignored, var authenticatedAt)
            when authenticatedAt != null
                    && authenticatedAt.isBefore(attempt.authenticatedAt().minusSeconds(1)) -> nothingLinked();
            case HostedAuthorization.CameBack.As ignored ->
                switch (links.of(attempt.person())) {
                    case LinksAnswer.Unavailable unknown -> Ended.as(Outcome.UNAVAILABLE);
                    case LinksAnswer.Known(var after) -> compare(attempt, after);
                };
        };
    }

    /** What FusionAuth's pages did, by the links before and after: nothing in its redirect says so. */
    private Ended compare(Attempt attempt, List<IdentityProviderLink> after) {
        var before = attempt.linksBefore();
        var created = after.stream()
                .filter(link -> !before.containsKey(link.googleSub()))
                .toList();
        var used = after.stream()
                .filter(link -> before.containsKey(link.googleSub()))
                .filter(link -> !Attempt.Mark.of(link).equals(before.get(link.googleSub())))
                .toList();
        if (created.size() > 1) {
            log.warn("More than one link appeared during one attempt to connect an account");
        }
        if (attempt.repairingSub() != null) {
            return repaired(attempt, attempt.repairingSub(), created, used);
        }
        if (!created.isEmpty()) {
            return made(attempt, created.getFirst());
        }
        if (!used.isEmpty()) {
            var link = used.getFirst();
            renewed(attempt.person(), link.googleSub(), null);
            return new Ended(worth(link.token(), Outcome.RECONNECTED), link.displayName());
        }
        return nothingLinked();
    }

    private Ended repaired(
            Attempt attempt, String sub, List<IdentityProviderLink> created, List<IdentityProviderLink> used) {
        for (var link : created) {
            if (link.googleSub().equals(sub)) {
                return made(attempt, link);
            }
        }
        for (var link : used) {
            if (link.googleSub().equals(sub)) {
                renewed(attempt.person(), sub, null);
                return new Ended(worth(link.token(), Outcome.RECONNECTED), link.displayName());
            }
        }
        for (var link : created) {
            if (!links.delete(attempt.person(), link.googleSub())) {
                log.error("A link made with the wrong account could not be deleted again");
            }
        }
        if (created.isEmpty() && used.isEmpty()) {
            return nothingLinked();
        }
        return new Ended(Outcome.WRONG_ACCOUNT, emailOf(attempt.person(), sub));
    }

    /** Another tab may have shown the new link, and by that adopted it, meanwhile. */
    private Ended made(Attempt attempt, IdentityProviderLink link) {
        var person = attempt.person();
        var email = link.displayName();
        var known = attempt.accounts().contains(link.googleSub());
        var others = rows.of(person).stream()
                .filter(row -> !row.googleSub().equals(link.googleSub()))
                .count();
        if (!known && others >= settings.accountsLimit()) {
            if (links.delete(person, link.googleSub())) {
                rows.remove(person, link.googleSub());
            }
            return new Ended(Outcome.LIMIT_REACHED, email);
        }
        rows.adopt(person, link.googleSub(), email);
        renewed(person, link.googleSub(), null);
        return new Ended(worth(link.token(), known ? Outcome.RECONNECTED : Outcome.CONNECTED), email);
    }

    private Ended nothingLinked() {
        routes.rememberThatHostedLinksNothing();
        return Ended.as(Outcome.NOTHING_LINKED);
    }

    /** The good outcome, unless the link's token cannot read calendars. That Google does not answer proves nothing. */
    private Outcome worth(@Nullable Secret token, Outcome good) {
        if (token == null) {
            return Outcome.RECONNECT_NEEDED;
        }
        return switch (tokens.of(token)) {
            case GoogleAccess.Allowed(var ignored, var calendarPermission) ->
                calendarPermission ? good : Outcome.CALENDAR_PERMISSION_MISSING;
            case GoogleAccess.Dead ignored -> Outcome.RECONNECT_NEEDED;
            case GoogleAccess.Unreachable ignored -> good;
        };
    }

    private @Nullable String emailOf(PersonId person, String sub) {
        return rows.of(person).stream()
                .filter(row -> row.googleSub().equals(sub))
                .map(AccountRows.Row::email)
                .findFirst()
                .orElse(null);
    }

    private static Outcome outcome(Attempt attempt, AccountRows.Claim claim) {
        return attempt.repairing() != null || claim == AccountRows.Claim.ALREADY_THEIRS
                ? Outcome.RECONNECTED
                : Outcome.CONNECTED;
    }

    private void renewed(PersonId person, String sub, @Nullable Secret former) {
        if (former != null) {
            tokens.forget(former);
        }
        rows.of(person).stream()
                .filter(row -> row.googleSub().equals(sub))
                .forEach(row -> events.publishEvent(new AccountChanged(person, new AccountId(row.id()))));
    }
}
