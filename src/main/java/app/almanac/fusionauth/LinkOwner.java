package app.almanac.fusionauth;

/** Whose a Google account is at FusionAuth. */
public sealed interface LinkOwner {

    record Nobody() implements LinkOwner {}

    record Somebody(IdentityProviderLink link) implements LinkOwner {}

    record Unavailable() implements LinkOwner {}
}
