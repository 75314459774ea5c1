package app.almanac.fusionauth;

import app.almanac.upstream.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A link between a FusionAuth user and a Google account at the configured identity provider. {@code token} is Google's
 * refresh token and null when FusionAuth has none; {@code displayName} is usually the address and never a key.
 */
public record IdentityProviderLink(
        PersonId person,
        String googleSub,
        String displayName,
        @Nullable Secret token,
        @Nullable Instant lastLogin) {

    @Override
    public String toString() {
        return "IdentityProviderLink[person=" + person + "]";
    }
}
