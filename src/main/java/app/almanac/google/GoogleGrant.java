package app.almanac.google;

import app.almanac.upstream.Secret;
import org.jspecify.annotations.Nullable;

/** What came of exchanging an authorization code at Google. */
public sealed interface GoogleGrant {

    /**
     * Consent was given. {@code refreshToken} is null when Google sent none; {@code calendarPermission} is false when a
     * calendar box was not ticked.
     */
    record Granted(GoogleIdentity identity, @Nullable Secret refreshToken, boolean calendarPermission)
            implements GoogleGrant {}

    /** The code is spent, foreign or too old. */
    record Refused() implements GoogleGrant {}

    /** Google did not answer, answered garbage, or refuses the operator's client or by an organisation's policy. */
    record Unavailable() implements GoogleGrant {}
}
