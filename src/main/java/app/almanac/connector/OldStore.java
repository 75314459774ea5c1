package app.almanac.connector;

import app.almanac.fusionauth.PersonId;

/** Who came from the old store, which is an invitation. */
public interface OldStore {

    /** Whether this person has signed in from there; known a few seconds after they did. */
    boolean has(PersonId person);
}
