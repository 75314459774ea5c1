package app.almanac.google;

import app.almanac.settings.BadSetting;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The OAuth client that the identity provider at FusionAuth uses too, and where Google is. */
@ConfigurationProperties("almanac.google")
record GoogleSettings(
        String clientId,
        String clientSecret,
        URI authorizationUrl,
        URI tokenUrl,
        URI revocationUrl,
        URI jwksUrl,
        String issuer,
        URI calendarUrl) {

    GoogleSettings {
        BadSetting.required("GOOGLE_CLIENT_ID", clientId, "the id of your OAuth client at Google");
        BadSetting.required("GOOGLE_CLIENT_SECRET", clientSecret, "the secret of your OAuth client at Google");
        authorizationUrl = BadSetting.address("GOOGLE_AUTHORIZATION_URL", authorizationUrl);
        tokenUrl = BadSetting.address("GOOGLE_TOKEN_URL", tokenUrl);
        revocationUrl = BadSetting.address("GOOGLE_REVOCATION_URL", revocationUrl);
        jwksUrl = BadSetting.address("GOOGLE_JWKS_URL", jwksUrl);
        BadSetting.required("GOOGLE_ISSUER", issuer, "Google's issuer");
        calendarUrl = BadSetting.address("GOOGLE_CALENDAR_URL", calendarUrl);
    }

    @Override
    public String toString() {
        return "GoogleSettings[calendarUrl=" + calendarUrl + "]";
    }
}
