package app.almanac.invitations;

import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A code: 16 characters of Crockford's Base32 in lower case (80 bits; no i, l, o, u), at least one of them a letter, so
 * that no search engine takes it for a number. It stands in {@code user.data} and on its owner's page.
 */
record InviteCode(String value) {

    private static final int LENGTH = 16;
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What counts for nothing, in {@code kickstart/lambdas/invitation-search.js} too. */
    private static final Pattern NOTHING = Pattern.compile("[\\s\\p{Z}\\p{Cf}\\p{Mn}\\p{Pd}._\u2212]");

    /**
     * What people type or paste for a character of the alphabet: letters left out of it, Greek and Cyrillic twins. Greek
     * capitals stand for themselves, since small ones look like other letters. The search lambda has the same.
     */
    private static final String TWINS = "oοо" + "ilıіӏιΙ|" + "аɑαΑ" + "вβΒ" + "сς" + "еεΕ" + "нΗ" + "јϳ" + "кκΚ" + "мΜ"
            + "Ν" + "рρΡ" + "ѕ" + "тτΤ" + "ν" + "ԝ" + "хχΧ" + "уγΥ" + "Ζ";

    private static final String MEANT = "000" + "11111111" + "aaaa" + "bbb" + "cc" + "eee" + "hh" + "jj" + "kkk" + "mm"
            + "n" + "ppp" + "s" + "ttt" + "v" + "w" + "xxx" + "yyy" + "z";

    static InviteCode random() {
        while (true) {
            var code = RANDOM.ints(LENGTH, 0, ALPHABET.length())
                    .mapToObj(ALPHABET::charAt)
                    .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                    .toString();
            if (isCode(code)) {
                return new InviteCode(code);
            }
        }
    }

    /** The code that somebody typed or pasted, whatever its case, spaces, dashes and look-alikes. */
    static Optional<InviteCode> typed(@Nullable String text) {
        if (text == null || text.length() > 200) {
            return Optional.empty();
        }
        var plain = Normalizer.normalize(text, Normalizer.Form.NFKC);
        var counting = NOTHING.matcher(meant(plain).toLowerCase(Locale.ROOT)).replaceAll("");
        return Optional.of(meant(counting)).filter(InviteCode::isCode).map(InviteCode::new);
    }

    /** In groups of four, for reading it out. */
    String spaced() {
        return value.replaceAll("(.{4})(?!$)", "$1 ");
    }

    private static boolean isCode(String text) {
        return text.length() == LENGTH
                && text.chars().allMatch(character -> ALPHABET.indexOf(character) >= 0)
                && text.chars().anyMatch(character -> character >= 'a');
    }

    private static String meant(String text) {
        var meant = new StringBuilder(text);
        for (int i = 0; i < meant.length(); i++) {
            var twin = TWINS.indexOf(meant.charAt(i));
            if (twin >= 0) {
                meant.setCharAt(i, MEANT.charAt(twin));
            }
        }
        return meant.toString();
    }

    @Override
    public String toString() {
        return "InviteCode[***]";
    }
}
