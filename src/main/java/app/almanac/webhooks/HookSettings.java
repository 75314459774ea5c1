package app.almanac.webhooks;

import app.almanac.upstream.Secret;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** {@code HOOK_TOKEN}: what FusionAuth sends in {@code X-Hook-Token}; blank closes the door. */
@ConfigurationProperties("almanac")
record HookSettings(String hookToken) {

    Secret secret() {
        return new Secret(hookToken);
    }

    @Override
    public String toString() {
        return "HookSettings[***]";
    }
}
