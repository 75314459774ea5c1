package app.almanac.security;

import app.almanac.fusionauth.PersonId;

/** Somebody signed in is sent to FusionAuth's pages to connect an account: they will sign in there, and on no new device. */
public record HostedConnectionBegun(PersonId person) {}
