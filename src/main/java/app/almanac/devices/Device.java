package app.almanac.devices;

import app.almanac.fusionauth.PersonId;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A browser in which somebody is signed in, or was. {@code issuedAt} is when FusionAuth issued its refresh token, by
 * FusionAuth's clock, {@code authenticatedAt} when the person proved who they are for it (its {@code auth_time});
 * {@code browser} is null for one that only FusionAuth knows, such as another client's.
 */
record Device(
        UUID id,
        PersonId person,
        @Nullable UUID refreshToken,
        @Nullable String browser,
        State state,
        @Nullable String givenName,
        @Nullable String userAgent,
        @Nullable String address,
        Instant issuedAt,
        @Nullable Instant authenticatedAt,
        Instant firstSeen,
        Instant lastSeen,
        Instant signedInAt,
        Instant toldUntil,
        @Nullable End end) {

    enum State {
        LIVE,
        /** Over the limit: signed in at FusionAuth, and let in here once there is room. It counts for nobody. */
        WAITING,
        ENDED
    }

    /** Why it ended: a word of the texts {@code signedOut.<reason>}; {@code by} is the device that ended it. */
    record End(String reason, @Nullable String by, Instant at) {}

    static final Comparator<Device> BY_LAST_USE =
            Comparator.comparing(Device::lastSeen).reversed().thenComparing(Device::id);

    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Known by a session of ours, and not by FusionAuth's listing alone. */
    boolean isOurs() {
        return browser != null;
    }
}
