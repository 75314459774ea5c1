package app.almanac.fusionauth;

/** What FusionAuth says of one entity. */
public sealed interface EntityAnswer {

    record Known(Entity entity) implements EntityAnswer {}

    record Absent() implements EntityAnswer {}

    /** There is one of that id, of another type or tenant: it is not ours to read or to delete. */
    record AnotherOnes() implements EntityAnswer {}

    /** FusionAuth did not answer, answered what makes no sense, or refuses our key. */
    record Unavailable() implements EntityAnswer {}
}
