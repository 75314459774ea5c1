package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

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

    @Test
    void anIdIsAUuidOfVersion5OfTheHash() {
        var dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

        assertThat(SessionId.version5(dns, "www.example.com"))
                .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
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
