package app.almanac.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailDomainTests {

    private static final List<String> LETTERS = List.of(
            "s", "c", "h", "o", "l", "S", "0", "-", ".", "@", "\"", " ", "ü", "ß", "ſ", "ｓ", "а", "。", "x", "\u212a");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tess@school.example",
                "Tess@School.EXAMPLE",
                "tess+almanac@school.example",
                "\"a@evil.test\"@school.example",
                "\"a \\\" b\"@school.example",
                "o'brien!#$%&*/=?^_`{|}~-@school.example"
            })
    void anAddressHasTheDomainAfterItsLastAt(String address) {
        assertThat(EmailDomain.of(address)).contains("school.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tess@evil-school.example",
                "tess@school.example.evil.test",
                "tess@sub.school.example",
                "tess@school-example.test",
                "tess@schоol.example",
                "tess@ѕchool.example",
                "tess@school.exampIe",
                "\"tess@school.example\"@evil.test"
            })
    void aLookAlikeIsAnotherDomain(String address) {
        assertThat(EmailDomain.of(address)).isPresent().isNotEqualTo(Optional.of("school.example"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "@school.example",
                "school.example",
                "tess@",
                "tess@school.example.",
                "tess@school..example",
                "tess@.school.example",
                "tess@localhost",
                "tess@[127.0.0.1]",
                "tess@school.example>",
                "Tess <tess@evil.test> @school.example",
                "tess@evil.test,tess@school.example",
                "tess@evil.test tess@school.example",
                "tess@evil.test@school.example",
                "\"a\"@evil.test,\"b\"@school.example",
                "tess@school.example\u0000",
                "tess@school.example\n",
                "tess@ school.example",
                "tess@ｓchool.example",
                "tess@school。example",
                "tess@ſchool.example",
                "tess@\u200bschool.example",
                "tess@school.example/evil.test",
                "tess@_school.example",
                "tess@-school.example"
            })
    void whatIsNoPlainAddressHasNoDomain(String address) {
        assertThat(EmailDomain.of(address)).isEmpty();
    }

    @Test
    void punycodeAndUnicodeAreTheSameDomain() {
        assertThat(EmailDomain.of("tess@München.example")).contains("xn--mnchen-3ya.example");
        assertThat(EmailDomain.of("tess@XN--MNCHEN-3YA.example")).contains("xn--mnchen-3ya.example");
    }

    /** The old rules of IDNA take ß for ss; in the new ones, by which domains are registered, it is another letter. */
    @Test
    void aSharpSIsNotTakenForTwo() {
        assertThat(EmailDomain.of("tess@straße.example")).isEmpty();
        assertThat(EmailDomain.of("tess@strasse.example")).contains("strasse.example");
    }

    /** Whatever an address is made of: its domain is stable, and reads the same as what stands after the last @. */
    @Test
    void noAddressGetsADomainThatItDoesNotSpell() {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            var address = new StringBuilder(random.nextBoolean() ? "tess@" : "");
            var length = random.nextInt(20);
            for (int letter = 0; letter < length; letter++) {
                address.append(LETTERS.get(random.nextInt(LETTERS.size())));
            }
            address.append(random.nextBoolean() ? "school.example" : ".example");
            var domain = EmailDomain.of(address.toString());

            domain.ifPresent(known -> {
                var spelled = address.substring(address.lastIndexOf("@") + 1);
                assertThat(EmailDomain.canonical(known)).contains(known);
                assertThat(IDN.toUnicode(known)).isIn(spelled, spelled.toLowerCase(Locale.ROOT));
            });
        }
    }
}
