package app.almanac.security;

import app.almanac.fusionauth.PersonId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody has signed out themselves, in the browser of this name; their refresh token is being revoked. */
public record SignedOut(
        PersonId person,
        @Nullable UUID refreshToken,
        @Nullable String browser) {

    @Override
    public String toString() {
        return "SignedOut[" + person + "]";
    }
}
