package app.almanac.invitations;

import app.almanac.invitations.Invitation.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the code in a link is worth now. Reading it changes nothing about the code. */
@Component
class InviteLinks {

    sealed interface Link {

        /** It lets somebody in. {@code code} is null where codes are no person's; so are inviter and end. */
        record Good(
                String typed,
                @Nullable InviteCode code,
                @Nullable String inviter,
                @Nullable Instant until) implements Link {

            @Override
            public String toString() {
                return "Good[***]";
            }
        }

        /** Spent, withdrawn, expired, or its inviter may not invite now. */
        record Ended() implements Link {}

        record Unknown() implements Link {}
    }

    private final InvitationRows rows;
    private final Reservations reservations;
    private final InvitationSettings settings;

    InviteLinks(InvitationRows rows, Reservations reservations, InvitationSettings settings) {
        this.rows = rows;
        this.reservations = reservations;
        this.settings = settings;
    }

    Link read(String typed) {
        return switch (settings.invitationsMode()) {
            case OFF -> new Link.Good(typed, null, null, null);
            case KNOWN -> settings.knows(typed) ? new Link.Good(typed, null, null, null) : new Link.Unknown();
            case STRICT, SEARCH -> InviteCode.typed(typed).map(this::personal).orElseGet(Link.Unknown::new);
        };
    }

    private Link personal(InviteCode code) {
        var look = rows.look(code);
        if (look.isEmpty()) {
            return new Link.Unknown();
        }
        var invitation = look.get().invitation();
        var usable = invitation.state() == State.OPEN || invitation.state() == State.RESERVED;
        if (usable && !look.get().inviter().fresh() && reservations.ask(invitation.inviter())) {
            look = rows.look(code);
        }
        return usable && look.isPresent() && look.get().inviter().mayInvite()
                ? new Link.Good(code.value(), code, look.get().inviter().name(), invitation.expiresAt())
                : new Link.Ended();
    }
}
