package app.almanac.accounts;

import java.util.List;
import java.util.Optional;

/**
 * One person's connected accounts, oldest first. {@code linksKnown} is false when FusionAuth did not answer: then the
 * accounts are known and their tokens are not.
 */
public record Accounts(List<ConnectedAccount> accounts, boolean linksKnown) {

    Optional<ConnectedAccount> with(AccountId id) {
        return accounts.stream().filter(account -> account.id().equals(id)).findFirst();
    }
}
