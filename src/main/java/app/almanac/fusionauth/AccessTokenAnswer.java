package app.almanac.fusionauth;

import java.time.Instant;

/** What an access token is worth. */
public sealed interface AccessTokenAnswer {

    /** FusionAuth issued it to this person, for whichever application, and it is good until then. */
    record Good(PersonId person, Instant expiresAt) implements AccessTokenAnswer {}

    /** No access token of our tenant: garbage, forged, another issuer's or tenant's, ended, or an ID token. */
    record Bad() implements AccessTokenAnswer {}

    /** FusionAuth's keys could not be fetched, so nothing can be said. */
    record Unavailable() implements AccessTokenAnswer {}
}
