package app.almanac.connector;

import app.almanac.upstream.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.scrypt.SCryptPasswordEncoder;

/**
 * A password hash of the legacy store, read by its prefix. {@code work} is about how many microseconds a check takes on a
 * machine of 2026: it only orders hashes by cost. {@code kibibytes} is the memory that it takes meanwhile.
 */
record LegacyHash(Scheme scheme, Secret stored, long work, int kibibytes) {

    enum Scheme {
        BCRYPT,
        ARGON2,
        SCRYPT,
        PBKDF2,
        SSHA,
        SSHA256,
        SSHA512,
        MD5
    }

    private static final Pattern PREFIXED =
            Pattern.compile("\\{([a-z0-9]+)(?:@SpringSecurity_v\\w+)?}(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]?\\$(0[4-9]|[12]\\d|3[01])\\$[./0-9A-Za-z]{53}");
    private static final Pattern ARGON2 = Pattern.compile(
            "\\$argon2(?:id|i|d)(?:\\$v=\\d+)?\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$[A-Za-z0-9+/]+\\$[A-Za-z0-9+/]+");
    private static final Pattern SCRYPT =
            Pattern.compile("\\$([0-9a-f]{1,7})\\$([A-Za-z0-9+/]+=*)\\$([A-Za-z0-9+/]+=*)");

    private static final int BCRYPT_BYTES = 72;
    private static final int PBKDF2_2017 = 80;
    private static final int PBKDF2_2022 = 96;
    /** Above this much work or memory a single check would stop the others, and could not end in time anyway. */
    private static final long MOST_WORK = 600_000;

    /** With somebody else's check and rest before it, and a look-up, this is over before a refusal is answered, but in a queue. */
    private static final long QUICK = 120_000;

    /** All the memory that checks may take at once, and one alone too. */
    static final int KIBIBYTES = 128 * 1024;

    /** Far more than any scheme writes. */
    private static final int MOST_CHARACTERS = 1_000;

    /** In less than that it is checked a hundred times a second on one processor. */
    private static final long WEAK = 10_000;

    private static final PasswordEncoder BY_BCRYPT = new BCryptPasswordEncoder();
    private static final PasswordEncoder BY_ARGON2 = Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();
    private static final PasswordEncoder BY_SCRYPT = SCryptPasswordEncoder.defaultsForSpringSecurity_v5_8();

    @SuppressWarnings("deprecation") // it is what old stores were written with
    private static final PasswordEncoder BY_PBKDF2_2017 = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_5();

    private static final PasswordEncoder BY_PBKDF2_2022 = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8();

    /** How long this takes an unknown user is kept waiting, until the store has shown a costlier hash. */
    static final LegacyHash DECOY = of(new Secret(
                    "{bcrypt}$2a$10$6vwonhsKrTeS/Hz03iCj.eY67obT1hTV/K5IXDa4ZnXulJWBkK0hu"))
            .orElseThrow();

    /** The hash behind a prefix that is known; empty when it cannot be checked: unknown, malformed or out of all bounds. */
    static Optional<LegacyHash> of(Secret prefixed) {
        var parts = PREFIXED.matcher(prefixed.reveal());
        if (prefixed.reveal().length() > MOST_CHARACTERS || !parts.matches()) {
            return Optional.empty();
        }
        var hash = parts.group(2);
        return switch (parts.group(1).toLowerCase(Locale.ROOT)) {
            case "bcrypt" -> bcrypt(hash);
            case "argon2" -> argon2(hash);
            case "scrypt" -> scrypt(hash);
            case "pbkdf2" -> pbkdf2(hash);
            case "ssha" -> salted(Scheme.SSHA, hash, 20);
            case "ssha256" -> salted(Scheme.SSHA256, hash, 32);
            case "ssha512" -> salted(Scheme.SSHA512, hash, 64);
            case "md5" -> hash.matches("[0-9a-fA-F]{32}") ? known(Scheme.MD5, hash, 1) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Fast to guess: whoever has the old database soon has the password. */
    boolean isWeak() {
        return work < WEAK;
    }

    /** Whether a wrong password is found wrong before {@link EqualTime#FLOOR}, on a machine that has time. */
    boolean isQuick() {
        return work <= QUICK;
    }

    /**
     * Whether this is the password, exactly as typed. What a scheme cannot tell apart is never right: under bcrypt more
     * than 72 bytes, of which it reads the first 72, and a NUL where the scheme pads with NULs or repeats the password.
     * Nor is the empty password, whose digest stands in old stores for "none".
     */
    boolean matches(Secret password) {
        var typed = password.reveal();
        var whole = isWhole(typed);
        try {
            return check(whole ? typed : "-") && whole;
        } catch (RuntimeException parameters) {
            return false; // of the right form, with values that the scheme refuses
        }
    }

    private boolean isWhole(String typed) {
        var nul = typed.indexOf('\0') >= 0;
        var text = StandardCharsets.UTF_8.newEncoder().canEncode(typed);
        return text
                && !typed.isEmpty()
                && switch (scheme) {
                    case BCRYPT -> !nul && typed.getBytes(StandardCharsets.UTF_8).length <= BCRYPT_BYTES;
                    case PBKDF2, SCRYPT -> !nul;
                    case ARGON2, SSHA, SSHA256, SSHA512, MD5 -> true;
                };
    }

    private boolean check(String typed) {
        var hash = stored.reveal();
        return switch (scheme) {
            case BCRYPT -> BY_BCRYPT.matches(typed, hash);
            case ARGON2 -> BY_ARGON2.matches(typed, hash);
            case SCRYPT -> BY_SCRYPT.matches(typed, hash);
            case PBKDF2 -> (hash.length() == PBKDF2_2017 ? BY_PBKDF2_2017 : BY_PBKDF2_2022).matches(typed, hash);
            case SSHA -> isDigest("SHA-1", typed, Base64.getDecoder().decode(hash), 20);
            case SSHA256 -> isDigest("SHA-256", typed, Base64.getDecoder().decode(hash), 32);
            case SSHA512 -> isDigest("SHA-512", typed, Base64.getDecoder().decode(hash), 64);
            case MD5 -> isDigest("MD5", typed, HexFormat.of().parseHex(hash), 16);
        };
    }

    /** {@code stored} is the digest of password and salt, {@code length} bytes long, and then the salt. */
    private static boolean isDigest(String algorithm, String typed, byte[] stored, int length) {
        try {
            var digest = MessageDigest.getInstance(algorithm);
            digest.update(typed.getBytes(StandardCharsets.UTF_8));
            digest.update(stored, length, stored.length - length);
            return MessageDigest.isEqual(digest.digest(), Arrays.copyOf(stored, length));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Optional<LegacyHash> bcrypt(String hash) {
        var parts = BCRYPT.matcher(hash);
        return parts.matches() ? known(Scheme.BCRYPT, hash, 55L << Integer.parseInt(parts.group(1))) : Optional.empty();
    }

    private static Optional<LegacyHash> argon2(String hash) {
        var parts = ARGON2.matcher(hash);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var lanes = Long.parseLong(parts.group(3));
        var kibibytes = Math.max(Long.parseLong(parts.group(1)), 8 * lanes); // at least, by RFC 9106
        var work = kibibytes * Long.parseLong(parts.group(2)) * 2;
        return known(Scheme.ARGON2, hash, work, kibibytes);
    }

    /** The parameters are a number in hexadecimal: log2 N, then a byte for r and a byte for p. */
    private static Optional<LegacyHash> scrypt(String hash) {
        var parts = SCRYPT.matcher(hash);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var parameters = Integer.parseInt(parts.group(1), 16);
        var blocks = (1L << Math.min(parameters >> 16, 40)) * ((parameters >> 8) & 0xff);
        var work = blocks * (parameters & 0xff) / 2;
        return blocks > 0 && work > 0 ? known(Scheme.SCRYPT, hash, work, blocks / 8) : Optional.empty();
    }

    /** Spring's two settings are told apart by their length: 8 bytes of salt until 2022, 16 since. */
    private static Optional<LegacyHash> pbkdf2(String hash) {
        return hash.matches("[0-9a-fA-F]+") && (hash.length() == PBKDF2_2017 || hash.length() == PBKDF2_2022)
                ? known(Scheme.PBKDF2, hash, hash.length() == PBKDF2_2017 ? 120_000 : 200_000)
                : Optional.empty();
    }

    private static Optional<LegacyHash> salted(Scheme scheme, String hash, int length) {
        try {
            return Base64.getDecoder().decode(hash).length >= length ? known(scheme, hash, 1) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Optional<LegacyHash> known(Scheme scheme, String hash, long work) {
        return known(scheme, hash, work, 0);
    }

    private static Optional<LegacyHash> known(Scheme scheme, String hash, long work, long kibibytes) {
        return work <= MOST_WORK && kibibytes <= KIBIBYTES
                ? Optional.of(new LegacyHash(scheme, new Secret(hash), work, (int) kibibytes))
                : Optional.empty();
    }
}
