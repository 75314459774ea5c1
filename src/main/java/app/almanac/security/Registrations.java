package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.settings.AppUrl;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

/**
 * Almanac's client registrations at FusionAuth, built in code with the issuer and every endpoint, so that the start
 * calls nobody. The one for connecting is no bean: it must never sign anybody in.
 */
@Configuration(proxyBeanMethods = false)
class Registrations {

    static final String SIGN_IN = "fusionauth";
    static final String SIGN_IN_PATH = "/login/oauth2/code/" + SIGN_IN;
    static final String HOSTED_CONNECTION_PATH = "/accounts/connection/hosted";

    @Bean
    ClientRegistrationRepository clientRegistrations(FusionAuthSettings settings, AppUrl url) {
        return new InMemoryClientRegistrationRepository(registration(settings, SIGN_IN)
                .redirectUri(url.at(SIGN_IN_PATH).toString())
                .scope("openid", "email", "profile", "offline_access")
                .build());
    }

    /** Without {@code offline_access}: a round trip to connect an account must not add a device. */
    static ClientRegistration forConnecting(FusionAuthSettings settings, AppUrl url) {
        return registration(settings, "fusionauth-connection")
                .redirectUri(url.at(HOSTED_CONNECTION_PATH).toString())
                .scope("openid")
                .build();
    }

    private static ClientRegistration.Builder registration(FusionAuthSettings settings, String id) {
        return ClientRegistration.withRegistrationId(id)
                .clientId(settings.applicationId().toString())
                .clientSecret(settings.clientSecret())
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .issuerUri(settings.issuer())
                .authorizationUri(settings.authorizeUrl().toString())
                .tokenUri(settings.tokenUrl().toString())
                .jwkSetUri(settings.keysUrl().toString())
                .userNameAttributeName("sub");
    }
}
