package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The published vectors of RFC 5869, as far as one block reaches. */
class HkdfTests {

    private static final String IKM = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";

    @Test
    void withSaltAndInfo() {
        assertThat(derived(IKM, "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9"))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    @Test
    void withoutSaltAndInfo() {
        assertThat(derived(IKM, "", "")).isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    }

    private static String derived(String secret, String salt, String info) {
        var hex = HexFormat.of();
        return hex.formatHex(Hkdf.derive(hex.parseHex(secret), hex.parseHex(salt), hex.parseHex(info), 32));
    }
}
