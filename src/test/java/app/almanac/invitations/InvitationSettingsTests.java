package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.settings.BadSetting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationSettingsTests {

    @ParameterizedTest
    @ValueSource(strings = {"", "-", " ", "\u2013", "- -"})
    void aCommaTooManyIsNoCode(String nothing) {
        assertThat(known("spring", nothing).knows(nothing)).isFalse();
        assertThat(known("spring", nothing).knows("")).isFalse();
        assertThat(known("spring", nothing).knows("Spring")).isTrue();
    }

    @Test
    void modeKnownWithoutAnyCodeDoesNotStart() {
        for (var none : List.of(new String[] {}, new String[] {""}, new String[] {"", "-"})) {
            assertThatExceptionOfType(BadSetting.class)
                    .isThrownBy(() -> known(none))
                    .withMessageContaining("INVITATIONS_KNOWN_CODES");
        }
    }

    private static InvitationSettings known(String... codes) {
        return new InvitationSettings(Mode.KNOWN, 3, Duration.ofDays(30), List.of(codes), "");
    }
}
