package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sealed opens only as it was sealed, and an identifier is found without being stored. */
class SessionKeyTests {

    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONTEXT = "context".getBytes(StandardCharsets.UTF_8);

    private final SessionKey key = key(1);

    @Test
    void whatIsSealedOpensBesideTheSameContext() {
        assertThat(key.open(key.seal(CONTENT, CONTEXT), CONTEXT)).hasValue(CONTENT);
    }

    @Test
    void twoBoxesOfTheSameContentAreNotAlike() {
        assertThat(key.seal(CONTENT, CONTEXT)).isNotEqualTo(key.seal(CONTENT, CONTEXT));
    }

    @Test
    void anotherContextOrKeyOpensNothing() {
        var box = key.seal(CONTENT, CONTEXT);

        assertThat(key.open(box, "contexts".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(key(2).open(box, CONTEXT)).isEmpty();
    }

    @Test
    void eachChangedBitIsNoticed() {
        var box = Base64.getDecoder().decode(key.seal(CONTENT, CONTEXT));
        for (int bit = 0; bit < box.length * 8; bit++) {
            var changed = box.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(key.open(Base64.getEncoder().encodeToString(changed), CONTEXT))
                    .isEmpty();
        }
    }

    @Test
    void whatIsNoBoxOpensNothing() {
        assertThat(key.open("", CONTEXT)).isEmpty();
        assertThat(key.open("AAAA", CONTEXT)).isEmpty();
        assertThat(key.open("not base64!", CONTEXT)).isEmpty();
    }

    @Test
    void aHashIsHexadecimalAndOfItsKeyAndUse() {
        var hash = key.hash("identifier", "till-7");

        assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(key.hash("identifier", "till-7"));
        assertThat(hash).isNotEqualTo(key(2).hash("identifier", "till-7"));
        assertThat(hash).isNotEqualTo(key.hash("other", "till-7"));
    }

    /** Of RFC 5869, appendices A.1 and A.3, as far as one block reaches. */
    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9, 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
        "'', '', 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    })
    void keysAreDerivedAsThePublishedVectorsAre(String salt, String info, String derived) {
        var hex = HexFormat.of();
        var secret = hex.parseHex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");

        assertThat(SessionKey.derive(secret, hex.parseHex(salt), hex.parseHex(info), 32))
                .isEqualTo(hex.parseHex(derived));
    }

    @Test
    void anIdIsAUuidOfVersion5OfTheHash() {
        assertThat(SessionId.of("till-7", key)).isEqualTo(SessionId.of("till-7", key));
        assertThat(SessionId.of("till-7", key)).isNotEqualTo(SessionId.of("till-8", key));
        assertThat(SessionId.of("till-7", key).value().version()).isEqualTo(5);
    }

    @Test
    void aKeyPrintsAsItsIdOnly() {
        assertThat(key).hasToString("SessionKey[" + key.id() + "]");
        assertThat(key.id()).matches("[0-9a-f]{8}").isNotEqualTo(key(2).id());
    }

    static SessionKey key(int number) {
        var secret = new byte[32];
        Arrays.fill(secret, (byte) number);
        return new SessionKey(secret);
    }
}
