package app.almanac.security;

import app.almanac.fusionauth.FusionAuthKeys;
import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.upstream.Upstream;
import app.almanac.upstream.UpstreamCalls;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;

/**
 * How FusionAuth's tokens are fetched and checked: RS256 only, by keys that outlast an outage; the issuer is compared
 * as text, since FusionAuth's need not be a URL.
 */
@Configuration(proxyBeanMethods = false)
class FusionAuthTokens {

    private static final Duration DEADLINE = Duration.ofMillis(1500);

    @Bean
    OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> fusionAuthTokenEndpoint() {
        var endpoint = new RestClientAuthorizationCodeTokenResponseClient();
        endpoint.setRestClient(RestClient.builder()
                .requestFactory(Upstream.within(DEADLINE))
                .requestInterceptor(UpstreamCalls.counting("fusionauth", "a code for tokens"))
                .configureMessageConverters(converters -> converters
                        .addCustomConverter(new FormHttpMessageConverter())
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        return request -> IssuedToken.noted(endpoint.getTokenResponse(request));
    }

    @Bean
    JwtDecoderFactory<ClientRegistration> idTokenDecoders(FusionAuthSettings settings, FusionAuthKeys keys) {
        return registration -> decoder(keys.source(), settings);
    }

    private static NimbusJwtDecoder decoder(JWKSource<SecurityContext> keys, FusionAuthSettings settings) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        var decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(Duration.ofSeconds(60)),
                isOurs(settings.issuer(), settings.applicationId().toString())));
        return decoder;
    }

    private static OAuth2TokenValidator<Jwt> isOurs(String issuer, String client) {
        return token -> {
            var audience = token.getAudience();
            var good = issuer.equals(token.getClaimAsString("iss"))
                    && audience != null
                    && audience.contains(client)
                    && (audience.size() == 1 || client.equals(token.getClaimAsString("azp")))
                    && token.getSubject() != null
                    && token.getExpiresAt() != null;
            return good
                    ? OAuth2TokenValidatorResult.success()
                    : OAuth2TokenValidatorResult.failure(
                            new OAuth2Error("invalid_token", "another issuer, audience or no subject", null));
        };
    }
}
