package app.almanac.devices;

import app.almanac.devices.Device.End;
import app.almanac.devices.Device.State;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RefreshToken;
import app.almanac.fusionauth.RefreshTokens;
import app.almanac.fusionauth.RefreshTokensAnswer;
import app.almanac.security.Revocations;
import app.almanac.security.SignInStep.SigningIn;
import app.almanac.upstream.Secret;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who is signed in where, decided under a lock for each person. FusionAuth is asked before the lock; revocations are
 * queued under it and tried after it.
 *
 * <p>Sign-ins that race each other see each other's refresh tokens at FusionAuth before they are decided here. They are
 * put in the one order that everybody sees, FusionAuth's (time of issue, then id): an undecided token counts for those
 * after it alone. So as many as the limit allows get in, whatever the order of the decisions, and never more.
 */
@Component
class Devices {

    /** What a sign-in came to. */
    enum Arrival {
        IN,
        /** Over the limit: the person has to choose first. */
        WAITS,
        /** Over the limit, and refused. */
        REFUSED,
        /** Its refresh token was ended while it was under way. */
        ENDED,
        /** It came by the single sign-on session of a device that was signed out from afar. */
        PROVE,
        /** Over the limit only if other sign-ins under way are other browsers': not known yet. */
        UNSETTLED
    }

    /** One person's devices. {@code complete} is false when FusionAuth did not answer: then they are as last known. */
    record Listing(List<Device> devices, boolean complete) {}

    /** A refresh token that nobody here has decided on is a sign-in under way for so long, and then another client's. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(30);

    /** How long single sign-on may outlive what Almanac ended: the refresh token's life in the kickstart. */
    private static final Duration PROVES = Duration.ofDays(30);

    private static final int PATIENCE = 3;
    private static final Duration A_MOMENT = Duration.ofMillis(300);

    private static final Comparator<RefreshToken> ORDER =
            Comparator.comparing(RefreshToken::since).thenComparing(RefreshToken::id);

    private final DeviceRows rows;
    private final RefreshTokens refreshTokens;
    private final Listings listings;
    private final Revocations revocations;
    private final DeviceSettings settings;
    private final TransactionTemplate transaction;
    private final Clock clock;

    /** Those who wait at this instance wait here, where no connection to PostgreSQL is held meanwhile. */
    private final Cache<PersonId, ReentrantLock> turns =
            Caffeine.newBuilder().weakValues().build();

    Devices(
            DeviceRows rows,
            RefreshTokens refreshTokens,
            Listings listings,
            Revocations revocations,
            DeviceSettings settings,
            TransactionTemplate transaction,
            Clock clock) {
        this.rows = rows;
        this.refreshTokens = refreshTokens;
        this.listings = listings;
        this.revocations = revocations;
        this.settings = settings;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Names a browser in our table without holding its cookie. */
    static @Nullable String hashOf(@Nullable String browser) {
        return browser == null ? null : new Secret(browser).fingerprint();
    }

    /** Decides on a sign-in, before it has a session. The same browser's former device is replaced, and never adds one. */
    Arrival arrive(SigningIn signIn) {
        for (int patience = PATIENCE; ; patience--) {
            var seen = listings.ask(signIn.person().id());
            var settled = patience == 0;
            var arrival = deciding(signIn.person().id(), toRevoke -> decide(signIn, seen, settled, toRevoke));
            if (arrival != Arrival.UNSETTLED) {
                return arrival;
            }
            LockSupport.parkNanos(A_MOMENT.toNanos());
        }
    }

    private Arrival decide(SigningIn signIn, Listings.Seen seen, boolean settled, Collection<UUID> toRevoke) {
        var person = signIn.person().id();
        var token = signIn.person().refreshTokenId();
        var mine = seen.find(token);
        if (token != null && !takeUp(person, token)) {
            return Arrival.ENDED;
        }
        if (rows.isEndedFromAfar(person, signIn.person().authenticatedAt())) {
            return Arrival.PROVE;
        }
        listings.reconcile(person, seen, other -> mine == null || ORDER.compare(other, mine) < 0, token);
        var browser = Objects.requireNonNull(hashOf(signIn.browser()));
        var former = rows.inBrowser(browser, signIn.formerToken());
        var others = rows.of(person).stream()
                .filter(device -> device.isLive() && !former.contains(device) && countsFor(mine, device))
                .toList();
        var over = settings.tooMany(others.size()) > 0;
        if (over && !settled && others.stream().anyMatch(this::mayBeUnderWay)) {
            return Arrival.UNSETTLED;
        }
        if (over && settings.devicesPolicy() == DeviceSettings.Policy.REFUSE) {
            if (token != null) {
                toRevoke.add(token);
            }
            return Arrival.REFUSED;
        }
        var own = replace(person, former, toRevoke);
        rows.add(device(signIn, browser, mine, own, over ? State.WAITING : State.LIVE));
        return over ? Arrival.WAITS : Arrival.IN;
    }

    /** What nobody here has decided on counts for those after it alone, also where another's decision has noted it. */
    private static boolean countsFor(@Nullable RefreshToken mine, Device other) {
        if (mine == null || other.isOurs()) {
            return true;
        }
        var order = other.issuedAt().compareTo(mine.since());
        return order < 0
                || (order == 0 && Objects.requireNonNull(other.refreshToken()).compareTo(mine.id()) < 0);
    }

    /** A browser that opens several tabs at once signs in with each: in a moment they are known to be its own. */
    private boolean mayBeUnderWay(Device device) {
        return !device.isOurs() && device.issuedAt().isAfter(clock.instant().minus(UNDER_WAY));
    }

    /** Everybody's own devices as they are now. */
    Listing of(PersonId person) {
        var seen = listings.ask(person);
        var young = clock.instant().minus(UNDER_WAY);
        var devices = deciding(person, toRevoke -> {
            listings.reconcile(person, seen, token -> token.since().isBefore(young), null);
            return rows.of(person).stream().filter(Device::isLive).toList();
        });
        return new Listing(devices, seen.isComplete());
    }

    /**
     * Whether one more would be within the limit, as far as can be told without a lock: sign-ins that pass at the same
     * moment are decided when they arrive.
     */
    boolean hasRoom(PersonId person) {
        var known = rows.of(person);
        var waiting = known.stream()
                .filter(Device::isWaiting)
                .map(Device::refreshToken)
                .collect(Collectors.toSet());
        var count = switch (refreshTokens.of(person)) {
            case RefreshTokensAnswer.Known(var tokens) -> {
                var ids = tokens.stream().map(RefreshToken::id).collect(Collectors.toSet());
                ids.removeAll(revocations.givenUp(ids));
                ids.removeAll(waiting);
                yield ids.size();
            }
            case RefreshTokensAnswer.Unavailable ignored ->
                (int) known.stream().filter(Device::isLive).count();
        };
        return settings.tooMany(count) == 0;
    }

    /** FusionAuth says that it has revoked a refresh token. */
    void revoked(UUID refreshToken) {
        rows.endByToken(refreshToken, new End("revoked", null, clock.instant()));
    }

    /** Lets somebody who waits in, if there is room now. */
    boolean goOn(Device waiting) {
        return deciding(waiting.person(), toRevoke -> admit(waiting));
    }

    /**
     * Ends one of a person's devices for another of theirs, and lets that one in if it was waiting and there is room now.
     *
     * @return the device; empty when it is not theirs, or has ended, or {@code by} has
     */
    Optional<Device> signOut(PersonId person, UUID id, Device by, @Nullable String byName) {
        return deciding(person, toRevoke -> {
            if (isOver(by)) {
                return Optional.<Device>empty();
            }
            var found = rows.of(person).stream()
                    .filter(device -> device.isLive() && device.id().equals(id))
                    .findFirst();
            end(found.stream().toList(), by, byName, toRevoke);
            admit(by);
            return found;
        });
    }

    /** Ends all of a person's devices but this one. */
    int signOutOthers(PersonId person, Device by, @Nullable String byName) {
        var seen = listings.ask(person);
        return deciding(person, toRevoke -> {
            if (isOver(by)) {
                return 0;
            }
            listings.reconcile(person, seen, token -> true, by.refreshToken());
            var others = rows.of(person).stream()
                    .filter(device -> !device.id().equals(by.id()))
                    .toList();
            end(others, by, byName, toRevoke);
            admit(by);
            return others.size();
        });
    }

    /** Somebody has signed out themselves in this browser. */
    void left(PersonId person, @Nullable UUID refreshToken, @Nullable String browser) {
        deciding(person, toRevoke -> {
            var device = rows.find(person, refreshToken, hashOf(browser)).map(DeviceRows.Found::device);
            // The session's own token is being revoked by whoever signs out; a second try would only make them wait.
            device.map(Device::refreshToken)
                    .filter(token -> !token.equals(refreshToken))
                    .ifPresent(toRevoke::add);
            device.ifPresent(left -> rows.end(List.of(left.id()), new End("self", null, clock.instant())));
            return true;
        });
    }

    /** Ends what has been left unused or undecided. */
    void sweep(Duration unused, Duration life, Duration undecided) {
        var now = clock.instant();
        var ended = transaction.execute(status -> {
            var tokens = rows.sweep(now, now.minus(unused), now.minus(life), now.minus(undecided));
            revocations.queue(tokens);
            rows.forget(now.minus(life.compareTo(PROVES) > 0 ? life : PROVES));
            return tokens;
        });
        revocations.attempt(Objects.requireNonNull(ended));
    }

    /** Two devices may end each other at the same moment: the one that comes second has no say any more. */
    private boolean isOver(Device device) {
        return rows.of(device.person()).stream().noneMatch(other -> other.id().equals(device.id()));
    }

    /** Whether the device is in now: there was room for it, or it was in before. */
    private boolean admit(Device device) {
        var live = rows.of(device.person()).stream().filter(Device::isLive).toList();
        if (live.stream().anyMatch(other -> other.id().equals(device.id()))) {
            return true;
        }
        return settings.tooMany(live.size()) == 0 && rows.admit(device.id(), clock.instant());
    }

    private void end(List<Device> devices, Device by, @Nullable String byName, Collection<UUID> toRevoke) {
        var reason = by.isWaiting() ? "limit" : "elsewhere";
        rows.end(devices.stream().map(Device::id).toList(), new End(reason, byName, clock.instant()));
        devices.stream().map(Device::refreshToken).filter(Objects::nonNull).forEach(toRevoke::add);
    }

    /** A token that a listing has shown before its sign-in got here is no stranger's; false when it was ended so. */
    private boolean takeUp(PersonId person, UUID token) {
        var known = rows.find(person, token, null).map(DeviceRows.Found::device);
        if (known.isPresent() && !known.get().isLive()) {
            return false;
        }
        known.ifPresent(device -> rows.remove(device.id()));
        return true;
    }

    /** Ends whatever this browser was signed in as; answers this person's device in it, whose place is theirs. */
    private @Nullable Device replace(PersonId person, List<Device> former, Collection<UUID> toRevoke) {
        Device own = null;
        for (var device : former) {
            if (device.refreshToken() != null) {
                toRevoke.add(device.refreshToken());
            }
            if (device.person().equals(person)) {
                rows.remove(device.id());
                own = own == null || device.isLive() ? device : own;
            } else {
                rows.end(List.of(device.id()), new End("replaced", null, clock.instant()));
            }
        }
        return own;
    }

    private Device device(
            SigningIn signIn, String browser, @Nullable RefreshToken mine, @Nullable Device former, State state) {
        var now = clock.instant();
        var agent = signIn.userAgent();
        return new Device(
                former == null ? UUID.randomUUID() : former.id(),
                signIn.person().id(),
                signIn.person().refreshTokenId(),
                browser,
                state,
                former == null ? null : former.givenName(),
                Listings.cut(agent, 400),
                Listings.cut(signIn.address(), 64),
                mine == null ? now : mine.since(),
                signIn.person().authenticatedAt(),
                former == null ? now : former.firstSeen(),
                now,
                now,
                former == null ? now : former.toldUntil(),
                null);
    }

    /** A decision under the person's lock; the refresh tokens it gives up are revoked with it, and tried after it. */
    private <T> T deciding(PersonId person, Function<Collection<UUID>, T> decision) {
        var toRevoke = new ArrayList<UUID>();
        var decided = inTurn(person, () -> {
            var result = decision.apply(toRevoke);
            revocations.queue(toRevoke);
            return result;
        });
        revocations.attempt(toRevoke);
        return decided;
    }

    private <T> T inTurn(PersonId person, Supplier<T> decision) {
        var turn = turns.get(person, id -> new ReentrantLock());
        turn.lock();
        try {
            return Objects.requireNonNull(transaction.execute(status -> {
                rows.lock(person);
                return decision.get();
            }));
        } finally {
            turn.unlock();
        }
    }
}
