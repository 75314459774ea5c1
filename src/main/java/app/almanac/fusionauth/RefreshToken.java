package app.almanac.fusionauth;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token of Almanac's application, without its value. {@code device} is what FusionAuth calls the device that
 * it was issued to, {@code address} where that was last used, {@code lastUsed} when.
 */
public record RefreshToken(
        UUID id,
        Instant since,
        @Nullable String device,
        @Nullable String address,
        @Nullable Instant lastUsed) {}
