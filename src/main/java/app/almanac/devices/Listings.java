package app.almanac.devices;

import app.almanac.devices.Device.End;
import app.almanac.devices.Device.State;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RefreshToken;
import app.almanac.fusionauth.RefreshTokens;
import app.almanac.fusionauth.RefreshTokensAnswer;
import app.almanac.security.Revocations;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Brings our rows of a person's devices to what FusionAuth lists. It is asked before their lock is taken, and never under it. */
@Component
class Listings {

    /** What FusionAuth listed, and the refresh tokens of devices from before it was asked that it has no more. */
    record Seen(Set<UUID> gone, @Nullable List<RefreshToken> listed) {

        /** False when FusionAuth did not answer. */
        boolean isComplete() {
            return listed != null;
        }

        @Nullable
        RefreshToken find(@Nullable UUID id) {
            return listed == null
                    ? null
                    : listed.stream()
                            .filter(token -> token.id().equals(id))
                            .findFirst()
                            .orElse(null);
        }
    }

    private final DeviceRows rows;
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final Clock clock;

    Listings(DeviceRows rows, RefreshTokens refreshTokens, Revocations revocations, Clock clock) {
        this.rows = rows;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.clock = clock;
    }

    Seen ask(PersonId person) {
        var before = rows.of(person).stream()
                .map(Device::refreshToken)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return switch (refreshTokens.of(person)) {
            case RefreshTokensAnswer.Known(var tokens) -> {
                before.removeAll(tokens.stream().map(RefreshToken::id).collect(Collectors.toSet()));
                // FusionAuth lists the newest ones only: what is not listed may still be there.
                before.removeIf(token -> refreshTokens.presence(token) != RefreshTokens.Presence.GONE);
                yield new Seen(before, tokens);
            }
            case RefreshTokensAnswer.Unavailable ignored -> new Seen(Set.of(), null);
        };
    }

    /**
     * Brings our rows to what FusionAuth says: devices from before it was asked that it no longer lists have ended, and
     * tokens that nobody here knows are devices too, if {@code counts}.
     */
    void reconcile(PersonId person, Seen seen, Predicate<RefreshToken> counts, @Nullable UUID own) {
        var listed = seen.listed();
        if (listed == null) {
            return;
        }
        var tokens = listed.stream().map(RefreshToken::id).collect(Collectors.toSet());
        var known = rows.known(tokens);
        var givenUp = revocations.givenUp(tokens);
        rows.end(
                rows.of(person).stream()
                        .filter(device -> device.refreshToken() != null
                                && (seen.gone().contains(device.refreshToken())
                                        || (!device.isOurs() && givenUp.contains(device.refreshToken()))))
                        .map(Device::id)
                        .toList(),
                new End("revoked", null, clock.instant()));
        listed.stream()
                .filter(token -> !known.contains(token.id())
                        && !givenUp.contains(token.id())
                        && !token.id().equals(own)
                        && counts.test(token))
                .map(token -> stranger(person, token))
                .forEach(rows::add);
    }

    private Device stranger(PersonId person, RefreshToken token) {
        var now = clock.instant();
        var since = token.since().equals(Instant.EPOCH) ? now : token.since();
        return new Device(
                UUID.randomUUID(),
                person,
                token.id(),
                null,
                State.LIVE,
                null,
                cut(token.device(), 400),
                cut(token.address(), 64),
                token.since(),
                null,
                now,
                token.lastUsed() == null ? since : token.lastUsed(),
                since,
                since,
                null);
    }

    static @Nullable String cut(@Nullable String text, int most) {
        return text == null ? null : text.substring(0, Math.min(text.length(), most));
    }
}
