package app.almanac.fusionauth;

import java.util.List;

/** What FusionAuth's search says of entities. */
public sealed interface EntitiesAnswer {

    /** Some of {@code total}, which is capped at 10,000 by the search. */
    record Known(List<Entity> entities, long total) implements EntitiesAnswer {}

    /** FusionAuth did not answer, answered what makes no sense, or refuses our key. */
    record Unavailable() implements EntitiesAnswer {}
}
