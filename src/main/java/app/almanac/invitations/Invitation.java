package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A code as it stands now. {@code invitee} is who used it, or is about to; {@code endedAt} when it was used or withdrawn. */
record Invitation(
        UUID id,
        InviteCode code,
        PersonId inviter,
        State state,
        Instant expiresAt,
        @Nullable PersonId invitee,
        @Nullable Instant endedAt) {

    /** The states of docs/contract.md; who is registering with a code, or has and is not confirmed yet, reserves it. */
    enum State {
        OPEN,
        RESERVED,
        REDEEMED,
        EXPIRED,
        WITHDRAWN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
