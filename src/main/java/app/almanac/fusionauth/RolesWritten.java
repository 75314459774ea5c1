package app.almanac.fusionauth;

/** What came of writing somebody's roles. */
public sealed interface RolesWritten {

    record Written() implements RolesWritten {}

    /** The application does not define one of them; nothing was written. */
    record UnknownRole() implements RolesWritten {}

    /** There is no such registration. */
    record NotRegistered() implements RolesWritten {}

    /** FusionAuth did not answer, or did not do it. */
    record Unavailable() implements RolesWritten {}
}
