package app.almanac.invitations;

import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A code: 16 characters of Crockford's Base32 in lower case (80 bits; no i, l, o, u), at least one of them a letter, so
 * that no search engine takes it for a number. It stands in {@code user.data} and on its owner's page.
 */
record InviteCode(String value) {

    private static final int LENGTH = 16;
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What people type or paste for a character of the alphabet: letters left out of it, Greek and Cyrillic twins. */
    private static final String TWINS = "oοо" + "ilıіӏ|" + "аɑα" + "вβ" + "сϲ" + "еε" + "н" + "јϳ" + "кκ" + "м" + "р"
            + "ѕ" + "тτ" + "ν" + "ԝ" + "хχ" + "уγ";

    private static final String MEANT = "000" + "111111" + "aaa" + "bb" + "cc" + "ee" + "h" + "jj" + "kk" + "m" + "p"
            + "s" + "tt" + "v" + "w" + "xx" + "yy";

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
        var code = new StringBuilder(LENGTH);
        Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(InviteCode::counts)
                .forEach(character -> code.appendCodePoint(meant(character)));
        return isCode(code.toString()) ? Optional.of(new InviteCode(code.toString())) : Optional.empty();
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

    private static boolean counts(int character) {
        return switch (Character.getType(character)) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.FORMAT,
                    Character.NON_SPACING_MARK,
                    Character.DASH_PUNCTUATION -> false;
            default -> character != '\u2212' && character != '_' && character != '.';
        };
    }

    private static int meant(int character) {
        var twin = TWINS.indexOf(character);
        return twin < 0 ? character : MEANT.charAt(twin);
    }

    @Override
    public String toString() {
        return "InviteCode[***]";
    }
}
