package app.almanac.invitations;

import app.almanac.settings.BadSetting;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Who may come in ({@code INVITATIONS_MODE}), and how many codes a person has and for how long they are good. */
@ConfigurationProperties("almanac")
record InvitationSettings(
        Mode invitationsMode,
        Integer invitationsPerPerson,
        Duration invitationsLife,
        List<String> invitationsKnownCodes,
        String lambdaToken) {

    /** The modes of docs/contract.md, section 5. */
    enum Mode {
        STRICT,
        SEARCH,
        KNOWN,
        OFF
    }

    InvitationSettings {
        BadSetting.present("INVITATIONS_MODE", invitationsMode);
        BadSetting.present("INVITATIONS_PER_PERSON", invitationsPerPerson);
        if (invitationsPerPerson < 0 || invitationsPerPerson > 1000) {
            throw new BadSetting("INVITATIONS_PER_PERSON", "is out of range: set it to a whole number from 0 to 1000.");
        }
        BadSetting.positive("INVITATIONS_LIFE", invitationsLife);
        if (invitationsMode == Mode.KNOWN && plain(invitationsKnownCodes).isEmpty()) {
            throw new BadSetting(
                    "INVITATIONS_KNOWN_CODES",
                    "is missing: set it to the codes of INVITATIONS_MODE=known, with commas.");
        }
    }

    /** Whether people have codes of their own. */
    boolean personal() {
        return invitationsMode == Mode.STRICT || invitationsMode == Mode.SEARCH;
    }

    /** Whether this is one of the known codes, whatever its case, spaces and dashes. */
    boolean knows(String typed) {
        return plain(invitationsKnownCodes).contains(plain(typed));
    }

    Secret lambdaSecret() {
        return new Secret(lambdaToken);
    }

    /** What stands between two commas without anything that counts, or after the last, is no code. */
    private static Set<String> plain(List<String> codes) {
        return codes.stream()
                .map(InvitationSettings::plain)
                .filter(code -> !code.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Known codes are the operator's own words: only case, spaces and dashes do not count. */
    private static String plain(String code) {
        return code.replaceAll("[\\s\\p{Z}\\uFEFF\\p{Pd}]", "").toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return "InvitationSettings[" + invitationsMode + "]";
    }
}
