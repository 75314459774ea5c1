package app.almanac.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.settings.BadSetting;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionServiceSettingsTests {

    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String OTHER =
            Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    @Test
    void tokenAndKeyAreSetTogetherOrNeither() {
        assertThat(settings("", "", "").isOn()).isFalse();
        assertThat(settings("", "", "").keys()).isEmpty();
        assertThat(settings("token", KEY, "").isOn()).isTrue();
        assertThatThrownBy(() -> settings("token", "", ""))
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("SESSIONS_KEY is missing");
        assertThatThrownBy(() -> settings("", KEY, ""))
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("SESSIONS_TOKEN is missing");
    }

    @Test
    void aKeyIsThirtyTwoBytesOfBase64AndIsNeverToldInTheRefusal() {
        for (var bad : new String[] {"short", "AAAA", KEY + KEY, "!" + KEY.substring(1)}) {
            assertThatThrownBy(() -> settings("token", bad, ""))
                    .isInstanceOf(BadSetting.class)
                    .hasMessageStartingWith("SESSIONS_KEY is malformed")
                    .hasMessageNotContaining(bad);
            assertThatThrownBy(() -> settings("token", KEY, OTHER + "," + bad))
                    .isInstanceOf(BadSetting.class)
                    .hasMessageStartingWith("SESSIONS_OLD_KEYS is malformed");
        }
    }

    /** Also where it is written another way: with spaces, or without the padding. */
    @Test
    void theKeyOfNowIsNotAnOldOneToo() {
        for (var old : new String[] {KEY, OTHER + ", " + KEY + " ", KEY.substring(0, 43)}) {
            assertThatThrownBy(() -> settings("token", KEY, old))
                    .isInstanceOf(BadSetting.class)
                    .hasMessageStartingWith("SESSIONS_OLD_KEYS has the key of SESSIONS_KEY")
                    .hasMessageNotContaining(KEY);
        }
    }

    @Test
    void theKeyOfNowComesBeforeTheOldOnes() {
        var keys = settings("token", KEY, " " + OTHER + " , ").keys();

        assertThat(keys).hasSize(2);
        assertThat(keys.getFirst().id())
                .isEqualTo(new SessionKey(new byte[32]).id())
                .isNotEqualTo(keys.getLast().id());
    }

    @Test
    void nothingOfItIsPrinted() {
        assertThat(settings("token", KEY, OTHER)).hasToString("SessionServiceSettings[on]");
    }

    private static SessionServiceSettings settings(String token, String key, String oldKeys) {
        return new SessionServiceSettings(token, key, oldKeys, new UUID(0, 0));
    }
}
