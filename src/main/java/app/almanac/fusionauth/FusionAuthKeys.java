package app.almanac.fusionauth;

import app.almanac.upstream.SigningKeys;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import org.springframework.stereotype.Component;

/** FusionAuth's published signing keys, fetched once for whoever checks a token or an event. */
@Component
public class FusionAuthKeys {

    private final JWKSource<SecurityContext> source;

    FusionAuthKeys(FusionAuthSettings settings) {
        source = SigningKeys.at("fusionauth", settings.keysUrl());
    }

    public JWKSource<SecurityContext> source() {
        return source;
    }
}
