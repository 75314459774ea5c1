package app.almanac.invitations;

import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserSearch;
import app.almanac.fusionauth.UserSearch.Found;
import app.almanac.invitations.Invitation.State;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

        /** In mode "search": FusionAuth does not answer. */
        record Unavailable() implements Link {}
    }

    private final InvitationRows rows;
    private final Reservations reservations;
    private final UserSearch search;
    private final InvitationSettings settings;
    private final Clock clock;

    InviteLinks(
            InvitationRows rows,
            Reservations reservations,
            UserSearch search,
            InvitationSettings settings,
            Clock clock) {
        this.rows = rows;
        this.reservations = reservations;
        this.search = search;
        this.settings = settings;
        this.clock = clock;
    }

    Link read(String typed) {
        return switch (settings.invitationsMode()) {
            case OFF -> new Link.Good(typed, null, null, null);
            case KNOWN -> settings.knows(typed) ? new Link.Good(typed, null, null, null) : new Link.Unknown();
            case STRICT -> InviteCode.typed(typed).map(this::personal).orElseGet(Link.Unknown::new);
            case SEARCH -> InviteCode.typed(typed).map(this::searched).orElseGet(Link.Unknown::new);
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

    /** As the lambda of that mode does: who holds the code at FusionAuth, compared exactly, lets somebody in. */
    private Link searched(InviteCode code) {
        if (!(search.holding(code.value()) instanceof Found.Some(var users))) {
            return new Link.Unavailable();
        }
        var good = users.stream()
                .filter(User::mayEnter)
                .flatMap(user ->
                        end(user, code)
                                .map(until -> new Link.Good(code.value(), code, user.fullName(), until))
                                .stream())
                .toList();
        if (good.size() == 1) {
            return good.getFirst();
        }
        return rows.look(code).isPresent() ? new Link.Ended() : new Link.Unknown();
    }

    private Optional<Instant> end(User user, InviteCode code) {
        if (!(user.data().get("inviteCodes") instanceof List<?> entries)) {
            return Optional.empty();
        }
        return entries.stream()
                .filter(entry -> entry instanceof Map<?, ?> map && code.value().equals(map.get("invcode")))
                .map(entry -> ((Map<?, ?>) entry).get("exp") instanceof Number exp ? exp.longValue() : 0L)
                .map(Instant::ofEpochSecond)
                .filter(clock.instant()::isBefore)
                .findFirst();
    }
}
