package app.almanac.google;

import app.almanac.upstream.Secret;

/** What a refresh token is worth at the moment. */
public sealed interface GoogleAccess {

    /** It works. {@code calendarPermission} is false when a calendar scope is lacking. */
    record Allowed(Secret accessToken, boolean calendarPermission) implements GoogleAccess {}

    /** Google no longer accepts it ({@code invalid_grant}, parsed): only the person's new consent helps. */
    record Dead(Reason reason) implements GoogleAccess {

        public enum Reason {
            /** Revoked, expired, or never valid: Google does not tell which. */
            NOT_ACCEPTED,
            /** The organisation asks for a new sign-in ({@code invalid_rapt}) or blocks the application. */
            ORGANISATION
        }
    }

    /** Nothing can be said: Google was not reached, or the operator's client is refused. Nobody needs to reconnect. */
    record Unreachable(GoogleCalendarAnswer.Cause cause) implements GoogleAccess {}
}
