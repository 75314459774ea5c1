package app.almanac.upstream;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * A vendor's published signing keys (a JWK set): fetched when first needed, kept for an hour, asked again for an
 * unknown key id at most every 30 seconds, and used for a day while the vendor does not answer.
 */
public final class SigningKeys {

    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration OUTAGE = Duration.ofHours(24);
    private static final Duration BETWEEN_ASKING = Duration.ofSeconds(30);
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private SigningKeys() {}

    /** The keys at an address of this upstream, which is named in metrics. */
    public static JWKSource<SecurityContext> at(String upstream, URI address) {
        var client = RestClient.builder()
                .requestFactory(Upstream.within(DEADLINE))
                .requestInterceptor(UpstreamCalls.counting(upstream, "signing keys"))
                .build();
        try {
            return JWKSourceBuilder.<SecurityContext>create(address.toURL(), url -> fetch(client, address))
                    .cache(KEPT.toMillis(), DEADLINE.toMillis() * 2)
                    .refreshAheadCache(false)
                    .rateLimited(BETWEEN_ASKING.toMillis())
                    .outageTolerant(OUTAGE.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not an http address of signing keys", e);
        }
    }

    private static Resource fetch(RestClient client, URI address) throws IOException {
        try {
            var body = client.get()
                    .uri(address)
                    .accept(MediaType.APPLICATION_JSON)
                    .retrieve()
                    .body(String.class);
            if (body == null) {
                throw new IOException("no keys in the answer");
            }
            return new Resource(body, MediaType.APPLICATION_JSON_VALUE);
        } catch (RestClientException e) {
            throw new IOException("signing keys could not be fetched", e);
        }
    }
}
