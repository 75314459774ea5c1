package app.almanac.sessions;

import app.almanac.settings.BadSetting;
import app.almanac.upstream.Secret;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The service's credential, its key, and keys that are still accepted while records of theirs live. Without token and
 * key the service is off. {@code entityTypeId} is the type Session at FusionAuth.
 */
@ConfigurationProperties("almanac.sessions")
record SessionServiceSettings(String token, String key, String oldKeys, UUID entityTypeId) {

    SessionServiceSettings {
        BadSetting.present("SESSIONS_ENTITY_TYPE_ID", entityTypeId);
        var now = key.isBlank() ? new byte[0] : decoded("SESSIONS_KEY", key);
        if (token.isBlank() && !key.isBlank()) {
            throw new BadSetting("SESSIONS_TOKEN", "is missing: set it together with SESSIONS_KEY, or neither.");
        }
        if (!token.isBlank() && key.isBlank()) {
            throw new BadSetting("SESSIONS_KEY", "is missing: set it together with SESSIONS_TOKEN, or neither.");
        }
        // what is under an old key is deleted once it is written under the key of now
        if (split(oldKeys).anyMatch(old -> Arrays.equals(now, decoded("SESSIONS_OLD_KEYS", old)))) {
            throw new BadSetting(
                    "SESSIONS_OLD_KEYS", "has the key of SESSIONS_KEY in it: leave only other keys there.");
        }
    }

    boolean isOn() {
        return !token.isBlank();
    }

    /** Blank where the service is off. */
    Secret bearer() {
        return new Secret(token);
    }

    /** The key that seals, then those that may still open; none where the service is off. */
    List<SessionKey> keys() {
        return isOn()
                ? Stream.concat(
                                Stream.of(decoded("SESSIONS_KEY", key)),
                                split(oldKeys).map(old -> decoded("SESSIONS_OLD_KEYS", old)))
                        .map(SessionKey::new)
                        .toList()
                : List.of();
    }

    private static Stream<String> split(String keys) {
        return Arrays.stream(keys.split(",")).map(String::strip).filter(key -> !key.isEmpty());
    }

    private static byte[] decoded(String setting, String base64) {
        try {
            var bytes = Base64.getDecoder().decode(base64.strip());
            if (bytes.length == 32) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            // the same mend
        }
        throw new BadSetting(setting, "is malformed: set it to 32 random bytes in base64 (openssl rand -base64 32).");
    }

    @Override
    public String toString() {
        return "SessionServiceSettings[" + (isOn() ? "on" : "off") + "]";
    }
}
