package app.almanac.accounts;

import app.almanac.fusionauth.PersonId;

/** A person disconnected one of their accounts, or its consent was renewed: what was kept of it is void. */
public record AccountChanged(PersonId person, AccountId account) {}
