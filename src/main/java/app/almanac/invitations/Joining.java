package app.almanac.invitations;

import app.almanac.fusionauth.NewUser;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RegistrationAnswer;
import app.almanac.fusionauth.User;
import app.almanac.fusionauth.UserAnswer;
import app.almanac.fusionauth.UserRegistrations;
import app.almanac.fusionauth.Users;
import app.almanac.invitations.InvitationRows.Caller;
import app.almanac.invitations.InvitationRows.Reserved;
import app.almanac.invitations.InvitationRows.UnderWay;
import app.almanac.invitations.InviteLinks.Link.Good;
import app.almanac.invitations.Reservations.Answer;
import app.almanac.security.Newcomers.Newcomer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The join page's way in: the code is held with the new user's id and committed, then FusionAuth is asked without any
 * lock, and what it answers, or is found to have done, decides what becomes of the code.
 */
@Component
class Joining {

    /** What came of it. */
    sealed interface Joined {

        /** Registered. */
        record In() implements Joined {}

        /** The address has a login already, about which nothing is told: who owns it may sign in with it. */
        record HasALogin() implements Joined {}

        /** FusionAuth's codes by which it refused what was typed, such as {@code [tooShort]user.password}. */
        record NotAccepted(List<String> codes) implements Joined {}

        /** Somebody else holds the code, or it came to its end just now. */
        record Refused() implements Joined {}

        /** Nobody can say yet; the code stays with this address, which may try again. */
        record Unclear() implements Joined {}

        /** FusionAuth or PostgreSQL did not answer; nothing was done. */
        record Unavailable() implements Joined {}
    }

    private static final Duration DECIDED_WITHIN = Duration.ofSeconds(2);
    private static final String HAS_A_LOGIN = "[duplicate]user.email";

    private final Reservations reservations;
    private final InvitationRows rows;
    private final Invitations invitations;
    private final UserRegistrations registrations;
    private final Users users;
    private final InvitationSettings settings;

    Joining(
            Reservations reservations,
            InvitationRows rows,
            Invitations invitations,
            UserRegistrations registrations,
            Users users,
            InvitationSettings settings) {
        this.reservations = reservations;
        this.rows = rows;
        this.invitations = invitations;
        this.registrations = registrations;
        this.users = users;
        this.settings = settings;
    }

    /** Makes a login for somebody who came with a code. */
    Joined join(Good link, NewUser newcomer) {
        var code = link.code();
        var email = Reservations.plain(newcomer.email());
        if (code == null || isSearched()) {
            var id = new PersonId(UUID.randomUUID());
            return withoutReservation(link, id, newcomer.fullName(), email, false, registrations.create(id, newcomer));
        }
        return switch (reservations.hold(code, email, null, new Caller(null), DECIDED_WITHIN)) {
            case Answer.Held(var held) ->
                finish(code, held, newcomer.fullName(), email, false, registrations.create(held.user(), newcomer));
            case Answer.Refused ignored -> new Joined.Refused();
            case Answer.Unknown ignored -> new Joined.Refused();
            case Answer.Unavailable ignored -> new Joined.Unavailable();
        };
    }

    /** Lets somebody in who has a login at FusionAuth and came with a code. */
    Joined join(Good link, Newcomer existing) {
        var code = link.code();
        var email = Reservations.plain(Objects.requireNonNullElseGet(existing.email(), existing.id()::toString));
        if (code == null || isSearched()) {
            return withoutReservation(
                    link, existing.id(), existing.name(), email, true, registrations.add(existing.id()));
        }
        return switch (reservations.hold(code, email, null, new Caller(existing.id()), DECIDED_WITHIN)) {
            case Answer.Held(var held) ->
                finish(code, held, existing.name(), email, true, registrations.add(existing.id()));
            case Answer.Refused ignored -> new Joined.Refused();
            case Answer.Unknown ignored -> new Joined.Refused();
            case Answer.Unavailable ignored -> new Joined.Unavailable();
        };
    }

    /** Codes of many uses, none at all, and those for which FusionAuth's search has answered. */
    private Joined withoutReservation(
            Good link, PersonId id, @Nullable String name, String email, boolean existed, RegistrationAnswer answer) {
        if (answer instanceof RegistrationAnswer.Registered
                || ((existed || answer instanceof RegistrationAnswer.Unclear) && registered(id) != null)) {
            var code = link.code();
            if (code != null) {
                invitations.redeemed(code, id, name, email);
            }
            return new Joined.In();
        }
        return switch (answer) {
            case RegistrationAnswer.Refused(var codes) -> notAccepted(codes);
            case RegistrationAnswer.TakenBack ignored -> new Joined.Unavailable();
            case RegistrationAnswer.Unavailable ignored -> new Joined.Unavailable();
            case RegistrationAnswer.Unclear ignored -> new Joined.Unclear();
            case RegistrationAnswer.Registered ignored -> new Joined.In();
        };
    }

    private boolean isSearched() {
        return settings.invitationsMode() == InvitationSettings.Mode.SEARCH;
    }

    /** That the address has a login is told only where a new one would be let in, since both are told the same then. */
    private static Joined notAccepted(List<String> codes) {
        var others = codes.stream().filter(code -> !code.equals(HAS_A_LOGIN)).toList();
        return others.isEmpty() ? new Joined.HasALogin() : new Joined.NotAccepted(others);
    }

    private Joined finish(
            InviteCode code,
            Reserved reserved,
            @Nullable String name,
            String email,
            boolean existed,
            RegistrationAnswer answer) {
        if (answer instanceof RegistrationAnswer.Registered) {
            invitations.redeemed(code, reserved.user(), name, email);
            return new Joined.In();
        }
        // An earlier try with this code whose answer got lost may have made the very user, and then that one is in.
        var there = registered(reserved.user());
        if (there != null) {
            var theirs = Reservations.plain(Objects.requireNonNullElse(there.email(), ""));
            invitations.found(new UnderWay(reserved.id(), code, there.id(), null), there);
            return existed || theirs.equals(email) ? new Joined.In() : new Joined.Refused();
        }
        return switch (answer) {
            case RegistrationAnswer.Unclear ignored -> new Joined.Unclear();
            case RegistrationAnswer.TakenBack ignored -> {
                rows.giveBack(reserved.id(), reserved.user());
                yield new Joined.Unavailable();
            }
            case RegistrationAnswer.Unavailable ignored -> {
                rows.giveBack(reserved.id(), reserved.user());
                yield new Joined.Unavailable();
            }
            case RegistrationAnswer.Refused(var codes) -> {
                rows.giveBack(reserved.id(), reserved.user());
                yield notAccepted(codes);
            }
            case RegistrationAnswer.Registered ignored -> new Joined.In();
        };
    }

    private @Nullable User registered(PersonId person) {
        return users.byId(person) instanceof UserAnswer.Known(var user) && user.registration() != null ? user : null;
    }
}
