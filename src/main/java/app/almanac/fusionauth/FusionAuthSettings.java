package app.almanac.fusionauth;

import app.almanac.settings.BadSetting;
import java.net.URI;
import java.util.UUID;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where FusionAuth is and what Almanac is there. {@code url} is where browsers go, {@code internalUrl} where our own
 * calls go; the issuer is compared exactly.
 */
@ConfigurationProperties("almanac.fusionauth")
public record FusionAuthSettings(
        URI url,
        URI internalUrl,
        String issuer,
        UUID tenantId,
        UUID applicationId,
        UUID googleIdpId,
        String clientSecret,
        String apiKey,
        Edition edition) {

    public enum Edition {
        COMMUNITY,
        LICENSED
    }

    public FusionAuthSettings {
        url = BadSetting.address("FUSIONAUTH_URL", url);
        internalUrl = BadSetting.address("FUSIONAUTH_INTERNAL_URL", internalUrl);
        BadSetting.present("FUSIONAUTH_TENANT_ID", tenantId);
        BadSetting.present("FUSIONAUTH_APPLICATION_ID", applicationId);
        BadSetting.present("FUSIONAUTH_GOOGLE_IDP_ID", googleIdpId);
        BadSetting.present("FUSIONAUTH_EDITION", edition);
        BadSetting.required("FUSIONAUTH_ISSUER", issuer, "the tenant's issuer");
        BadSetting.required(
                "FUSIONAUTH_CLIENT_SECRET", clientSecret, "the client secret of Almanac's application at FusionAuth");
        BadSetting.required("FUSIONAUTH_API_KEY", apiKey, "an API key of FusionAuth for Almanac");
        if ("http".equals(url.getScheme()) && !url.getHost().matches("localhost|127\\..*|\\[::1]")) {
            LoggerFactory.getLogger(FusionAuthSettings.class)
                    .warn("FUSIONAUTH_URL is plain http and not loopback: people's passwords would travel unprotected");
        }
    }

    /** Where browsers sign in. */
    public URI authorizeUrl() {
        return URI.create(url + "/oauth2/authorize");
    }

    /** Where browsers register, in the licensed edition; it takes what {@link #authorizeUrl} takes. */
    public URI registerUrl() {
        return URI.create(url + "/oauth2/register");
    }

    /** Where browsers end FusionAuth's single sign-on session. */
    public URI logoutUrl() {
        return URI.create(url + "/oauth2/logout");
    }

    public URI tokenUrl() {
        return URI.create(internalUrl + "/oauth2/token");
    }

    public URI keysUrl() {
        return URI.create(internalUrl + "/.well-known/jwks.json");
    }

    @Override
    public String toString() {
        return "FusionAuthSettings[url=" + url + ", tenant=" + tenantId + ", application=" + applicationId + "]";
    }
}
