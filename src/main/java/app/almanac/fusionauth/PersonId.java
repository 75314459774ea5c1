package app.almanac.fusionauth;

import java.io.Serializable;
import java.util.UUID;

/** Who somebody is: the user's id at FusionAuth, the {@code sub} of its tokens. */
public record PersonId(UUID value) implements Serializable {

    public static PersonId of(String value) {
        return new PersonId(UUID.fromString(value));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
