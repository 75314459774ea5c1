package app.almanac.fusionauth;

import java.util.List;

/** What FusionAuth's search says of those registered for Almanac. */
public sealed interface MembersAnswer {

    /**
     * The users found, as they are now. A registration of the last seconds may be missing, and so may others where
     * {@code complete} is false: there are more than a search takes.
     */
    record Found(List<User> users, boolean complete) implements MembersAnswer {}

    /** FusionAuth or its search did not answer, or refuses our key. */
    record Unavailable() implements MembersAnswer {}
}
