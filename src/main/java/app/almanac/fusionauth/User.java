package app.almanac.fusionauth;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user of FusionAuth as it is now. {@code registration} is the one for Almanac's application, null for somebody who
 * is not registered; {@code data} is {@code user.data}. It prints as its id.
 */
public record User(
        PersonId id,
        @Nullable String email,
        boolean verified,
        @Nullable String fullName,
        boolean active,
        Map<String, Object> data,
        @Nullable Registration registration) {

    /** A registration: roles by name, {@code registration.data}, and since when. */
    public record Registration(
            Set<String> roles,
            Map<String, Object> data,
            @Nullable Instant since) {}

    /** Active, and registered for Almanac. */
    public boolean mayEnter() {
        return active && registration != null;
    }

    @Override
    public String toString() {
        return "User[" + id + "]";
    }
}
