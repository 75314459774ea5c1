package app.almanac.accounts;

import app.almanac.fusionauth.IdentityProviderLink;
import app.almanac.fusionauth.IdentityProviderLinks;
import app.almanac.fusionauth.LinksAnswer;
import app.almanac.fusionauth.PersonId;
import app.almanac.google.GoogleAccessTokens;
import app.almanac.google.GoogleAccessTokens.Revocation;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * A person's connected accounts: FusionAuth's links hold the tokens, our rows the ids, so that an account without a
 * link is still there and asks to be reconnected.
 */
@Component
public class ConnectedAccounts {

    /** What came of disconnecting. */
    enum Disconnection {
        DISCONNECTED,
        DISCONNECTED_NOT_REVOKED,
        UNAVAILABLE
    }

    private final IdentityProviderLinks links;
    private final AccountRows rows;
    private final GoogleAccessTokens tokens;
    private final ApplicationEventPublisher events;

    ConnectedAccounts(
            IdentityProviderLinks links,
            AccountRows rows,
            GoogleAccessTokens tokens,
            ApplicationEventPublisher events) {
        this.links = links;
        this.rows = rows;
        this.tokens = tokens;
        this.events = events;
    }

    public Accounts of(PersonId person) {
        return switch (links.of(person)) {
            case LinksAnswer.Known(var known) -> new Accounts(joined(person, known), true);
            case LinksAnswer.Unavailable ignored ->
                new Accounts(
                        rows.of(person).stream().map(row -> account(row, null)).toList(), false);
        };
    }

    /**
     * Revokes the grant at Google, then removes the link and all that we keep. The account stays if the link does. A
     * grant whose token we do not have may live on at Google.
     */
    Disconnection disconnect(PersonId person, ConnectedAccount account) {
        var token = account.refreshToken();
        var revocation = token == null ? Revocation.NOT_REACHED : tokens.revoke(token);
        if (!links.delete(person, account.googleSub())) {
            return Disconnection.UNAVAILABLE;
        }
        rows.remove(person, account.googleSub());
        if (token != null) {
            tokens.forget(token);
        }
        events.publishEvent(new AccountChanged(person, account.id()));
        return revocation == Revocation.NOT_REACHED
                ? Disconnection.DISCONNECTED_NOT_REVOKED
                : Disconnection.DISCONNECTED;
    }

    private List<ConnectedAccount> joined(PersonId person, List<IdentityProviderLink> known) {
        var bySub = known.stream()
                .collect(
                        Collectors.toMap(IdentityProviderLink::googleSub, Function.identity(), (first, same) -> first));
        var kept = rows.of(person);
        var subs = kept.stream().map(AccountRows.Row::googleSub).collect(Collectors.toSet());
        var unknown =
                known.stream().filter(link -> !subs.contains(link.googleSub())).toList();
        unknown.forEach(link -> rows.adopt(person, link.googleSub(), link.displayName()));
        return (unknown.isEmpty() ? kept : rows.of(person))
                .stream().map(row -> account(row, bySub.get(row.googleSub()))).toList();
    }

    private static ConnectedAccount account(
            AccountRows.Row row, @org.jspecify.annotations.Nullable IdentityProviderLink link) {
        return new ConnectedAccount(
                new AccountId(row.id()),
                row.googleSub(),
                row.email(),
                row.colour(),
                link == null ? null : link.token());
    }
}
