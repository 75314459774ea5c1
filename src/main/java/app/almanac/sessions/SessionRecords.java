package app.almanac.sessions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where sessions are kept: in PostgreSQL, or as entities of FusionAuth. Times are to the millisecond. A record is kept
 * once for each id however many write it at once; what has ended may still be found here until it is swept.
 */
sealed interface SessionRecords permits PostgresRecords, EntityRecords {

    /** An answer, or none: then nothing was changed, and nothing is said to be absent. */
    sealed interface Answer<T> {

        record Given<T>(T value) implements Answer<T> {}

        record Unavailable<T>() implements Answer<T> {}
    }

    /** What stands there now; {@code isNew} when no valid session of the same person stood there before. */
    record Written(Instant createdAt, boolean isNew) {}

    /** Valid records, the newest first; {@code total} counts those that are not in the list too. */
    record Page(List<SessionRecord> records, int total) {}

    /** What came of ending many. */
    sealed interface Ending {

        record All(int ended) implements Ending {}

        /** There are more or fewer than was said: nothing was ended. */
        record AnotherCount(int actual) implements Ending {}

        /** FusionAuth stopped answering on the way, or was too slow for so many. */
        record Some(int ended, int left) implements Ending {}
    }

    /** One consistent read, of a record that may have ended. */
    Answer<Optional<SessionRecord>> find(SessionId id);

    /** Puts the record in the place of whatever is there; a valid session of the same person keeps its beginning. */
    Answer<Written> write(SessionRecord record, Instant now);

    /** Whether it was there; it is gone now either way. */
    Answer<Boolean> delete(UUID id);

    Answer<Page> list(SessionFilter filter, int most, Instant now);

    /** Ends all that match, if they are exactly so many. */
    Answer<Ending> end(SessionFilter filter, int count, Instant now);

    /** Removes what has ended, or some of it where that would take long. How many. */
    Answer<Integer> sweep(Instant now);
}
