package app.almanac.fusionauth;

/** What FusionAuth says of one user. */
public sealed interface UserAnswer {

    record Known(User user) implements UserAnswer {}

    /** There is no such user in our tenant. */
    record Absent() implements UserAnswer {}

    /** FusionAuth did not answer, or refuses our key. */
    record Unavailable() implements UserAnswer {}
}
