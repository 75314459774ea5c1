package app.almanac.upstream;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * A vendor's published signing keys (a JWK set): fetched when first needed, kept for an hour, asked again for an
 * unknown key id at most every 30 seconds, and used for a day while the vendor does not answer. Meanwhile nobody can say
 * whether an unknown key is the vendor's: that is a {@link KeySourceException}, and not "no such key".
 */
public final class SigningKeys {

    /** For how long keys are kept, used through an outage after that, and not asked for again. */
    record Periods(Duration kept, Duration outage, Duration betweenAsking) {}

    private static final Periods USUAL = new Periods(Duration.ofHours(1), Duration.ofHours(24), Duration.ofSeconds(30));
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private SigningKeys() {}

    /** The keys at an address of this upstream, which is named in metrics. */
    public static JWKSource<SecurityContext> at(String upstream, URI address) {
        return at(upstream, address, USUAL);
    }

    static JWKSource<SecurityContext> at(String upstream, URI address, Periods periods) {
        var client = RestClient.builder()
                .requestFactory(Upstream.within(DEADLINE))
                .requestInterceptor(UpstreamCalls.counting(upstream, "signing keys"))
                .build();
        var isSilent = new AtomicBoolean();
        try {
            var keys = JWKSourceBuilder.<SecurityContext>create(
                            address.toURL(), url -> fetch(client, address, isSilent))
                    .cache(periods.kept().toMillis(), DEADLINE.toMillis() * 2)
                    .refreshAheadCache(false)
                    .rateLimited(periods.betweenAsking().toMillis())
                    .outageTolerant(periods.outage().toMillis())
                    .build();
            return (selector, context) -> {
                var found = keys.get(selector, context);
                if (found.isEmpty() && isSilent.get()) {
                    throw new KeySourceException("new signing keys cannot be had");
                }
                return found;
            };
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not an http address of signing keys", e);
        }
    }

    private static Resource fetch(RestClient client, URI address, AtomicBoolean isSilent) throws IOException {
        isSilent.set(true);
        try {
            var body = client.get()
                    .uri(address)
                    .accept(MediaType.APPLICATION_JSON)
                    .retrieve()
                    .body(String.class);
            if (body == null) {
                throw new IOException("no keys in the answer");
            }
            JWKSet.parse(body);
            isSilent.set(false);
            return new Resource(body, MediaType.APPLICATION_JSON_VALUE);
        } catch (RestClientException | ParseException e) {
            throw new IOException("signing keys could not be fetched", e);
        }
    }
}
