package app.almanac.accounts;

import app.almanac.upstream.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A Google account that somebody connected. {@code refreshToken} is Google's, from the link; it is null when the link
 * has none, and when FusionAuth did not say.
 */
public record ConnectedAccount(
        AccountId id,
        String googleSub,
        String email,
        int colour,
        @Nullable Secret refreshToken) {

    @Override
    public String toString() {
        return "ConnectedAccount[" + id + "]";
    }
}
