package app.almanac.accounts;

import java.io.Serializable;
import java.util.UUID;

/** Names a connected account: random, stable over reconnections, and says nothing. */
public record AccountId(UUID value) implements Serializable {

    static AccountId random() {
        return new AccountId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
