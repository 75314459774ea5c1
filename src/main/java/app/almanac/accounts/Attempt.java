package app.almanac.accounts;

import app.almanac.fusionauth.IdentityProviderLink;
import app.almanac.fusionauth.PersonId;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect an account, kept in the session of the browser that began it until it comes back, once and
 * within ten minutes. {@code repairing} is the account to be reconnected; {@code accounts} are those
 * the person had, and {@code before} is how their links were, by Google's {@code sub}.
 */
record Attempt(
        Route route,
        PersonId person,
        @Nullable AccountId repairing,
        @Nullable String repairingSub,
        String state,
        String nonce,
        String codeVerifier,
        Instant startedAt,
        Instant authenticatedAt,
        HashSet<String> accounts,
        HashMap<String, Mark> before)
        implements Serializable {

    /** One that was begun before an upgrade has no accounts. */
    @SuppressWarnings({"NullAway", "ConstantValue"})
    Attempt {
        accounts = accounts == null ? new HashSet<>() : accounts;
    }

    /** How a link was: enough to see that it was used or changed, without its token. */
    record Mark(@Nullable Instant lastLogin, @Nullable String tokenFingerprint) implements Serializable {

        static Mark of(IdentityProviderLink link) {
            var token = link.token();
            return new Mark(link.lastLogin(), token == null ? null : token.fingerprint());
        }
    }

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final SecureRandom RANDOM = new SecureRandom();

    static Attempt begin(
            Route route,
            PersonId person,
            @Nullable ConnectedAccount repairing,
            List<ConnectedAccount> accounts,
            List<IdentityProviderLink> links,
            Instant authenticatedAt,
            Instant now) {
        var before = new HashMap<String, Mark>();
        links.forEach(link -> before.put(link.googleSub(), Mark.of(link)));
        var subs = new HashSet<String>();
        accounts.forEach(account -> subs.add(account.googleSub()));
        return new Attempt(
                route,
                person,
                repairing == null ? null : repairing.id(),
                repairing == null ? null : repairing.googleSub(),
                random(),
                random(),
                random(),
                now,
                authenticatedAt,
                subs,
                before);
    }

    /** RFC 7636, S256. */
    String codeChallenge() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(codeVerifier));
    }

    /** Whether this return is the attempt's: same route, person and state, and not too late. */
    boolean isAnsweredBy(Route returned, PersonId by, @Nullable String givenState, Instant now) {
        return route == returned
                && person.equals(by)
                && givenState != null
                && MessageDigest.isEqual(sha256(state), sha256(givenState))
                && now.isBefore(startedAt.plus(LIFE));
    }

    /** Names the attempt where its state must not be kept. */
    String stateHash() {
        return HexFormat.of().formatHex(sha256(state));
    }

    Map<String, Mark> linksBefore() {
        return before;
    }

    @Override
    public String toString() {
        return "Attempt[" + route + "]";
    }

    private static String random() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
