package app.almanac.connector;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.StableId;
import app.almanac.upstream.Secret;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of the legacy store. {@code key} is what names it there; it prints as nothing about the person. */
record LegacyUser(
        String key,
        @Nullable String username,
        @Nullable String email,
        @Nullable String phone,
        Secret hash,
        boolean disabled,
        @Nullable String firstName,
        @Nullable String lastName) {

    /** Never changes: every id that was ever given out is derived from it. */
    private static final UUID NAMESPACE = UUID.fromString("d22bc6a6-fa5b-4ba7-ba0b-605603da26ca");

    /** Whether FusionAuth can take this user: one of address, user name and phone number is needed besides the id. */
    boolean hasName() {
        return username != null || email != null || phone != null;
    }

    /** The same for the same key always. */
    PersonId id() {
        return new PersonId(StableId.of(NAMESPACE, key));
    }

    @Override
    public String toString() {
        return "LegacyUser[" + id() + "]";
    }
}
