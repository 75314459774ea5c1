package app.almanac.sessions;

import app.almanac.fusionauth.PersonId;
import org.jspecify.annotations.Nullable;

/** Which sessions: a person's, those of an indicator, both, or (without either) all. */
record SessionFilter(@Nullable PersonId person, @Nullable String indicator) {

    boolean isEmpty() {
        return person == null && indicator == null;
    }

    boolean matches(SessionRecord record) {
        return (person == null || person.equals(record.person()))
                && (indicator == null || indicator.equals(record.indicator()));
    }
}
