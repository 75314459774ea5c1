package app.almanac.roles;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The domain of an e-mail address in the form in which domains are compared: lower case, punycode. Whatever is not
 * plainly an address at one domain has none, and so has a domain that only mapping would turn into another ({@code ß}
 * into {@code ss}, full-width letters): such look-alikes must not meet a rule.
 */
final class EmailDomain {

    private static final Pattern LOCAL_PART = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s\"(),:;<>@\\[\\\\\\]]+");
    private static final Pattern ASCII = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private EmailDomain() {}

    /** The domain after the last {@code @}; a quoted local part may hold others. */
    static Optional<String> of(@Nullable String address) {
        if (address == null) {
            return Optional.empty();
        }
        var at = address.lastIndexOf('@');
        return at > 0 && LOCAL_PART.matcher(address.substring(0, at)).matches()
                ? canonical(address.substring(at + 1))
                : Optional.empty();
    }

    /** A domain written in Unicode or in punycode; the same for both. */
    static Optional<String> canonical(String domain) {
        var ascii = ASCII.matcher(domain).matches() ? domain : punycode(domain);
        return Optional.ofNullable(ascii)
                .map(known -> known.toLowerCase(Locale.ROOT))
                .filter(known ->
                        known.length() <= 253 && HOST_NAME.matcher(known).matches());
    }

    private static @Nullable String punycode(String domain) {
        try {
            var ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
            return IDN.toUnicode(ascii).equals(domain.toLowerCase(Locale.ROOT)) ? ascii : null;
        } catch (IllegalArgumentException noDomain) {
            return null;
        }
    }
}
