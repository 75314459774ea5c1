package app.almanac.google;

import app.almanac.settings.AppUrl;
import app.almanac.settings.Finding;
import app.almanac.settings.Finding.Unseen;
import app.almanac.settings.Finding.Well;
import app.almanac.settings.Finding.Wrong;
import app.almanac.upstream.Probe;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/** Finds what is wrong with the OAuth client at Google, as far as it can be seen without anybody's consent. */
@Component
public class GoogleSetup {

    private static final Duration SKEW = Duration.ofSeconds(60);

    private final GoogleSettings settings;
    private final Clock clock;
    private final AppUrl url;
    private final Probe probe = new Probe();

    GoogleSetup(GoogleSettings settings, AppUrl url, Clock clock) {
        this.settings = settings;
        this.url = url;
        this.clock = clock;
    }

    /** {@code fusionAuth} is where browsers reach FusionAuth, which is where Google sends them back by the hosted route. */
    public List<Finding> findings(URI fusionAuth) {
        var returnAddresses =
                List.of(URI.create(fusionAuth + "/oauth2/callback"), url.at("/accounts/connection/direct"));
        if (settings.clientId().startsWith("to-be-made")) {
            return List.of(new Wrong(
                    "Google's client",
                    "is still the placeholder of .env.example",
                    "make one (docs/google-setup.md), and give the two redirect URIs " + returnAddresses));
        }
        var findings = new ArrayList<Finding>();
        var token = probe.post(
                settings.tokenUrl(),
                Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        "doctor",
                        "client_id",
                        settings.clientId(),
                        "client_secret",
                        settings.clientSecret()));
        findings.add(client(token));
        token.ahead(clock)
                .filter(ahead -> ahead.abs().compareTo(SKEW) > 0)
                .ifPresent(ahead -> findings.add(new Wrong(
                        "Clock",
                        "differs from Google's by " + ahead.abs().toSeconds() + " seconds",
                        "let this machine take its time from NTP")));
        findings.add(signingKeys());
        returnAddresses.forEach(back -> findings.add(returnAddress(back)));
        findings.add(new Unseen(
                "Google Calendar API", "whether it is enabled in the project shows when the first account is read"));
        return findings;
    }

    /** A refresh token that cannot be: who is refused as a client is told so before the token is looked at. */
    private static Finding client(Probe.Answer answer) {
        var about = "Google's client";
        if (!answer.isThere()) {
            return new Wrong(
                    about,
                    "cannot be asked for: Google's token endpoint does not answer",
                    "let Almanac reach it (GOOGLE_TOKEN_URL)");
        }
        return switch (answer.json().path("error").asString("")) {
            case "invalid_grant" -> new Well(about, "is accepted by Google");
            case "invalid_client", "deleted_client", "unauthorized_client" ->
                new Wrong(
                        about,
                        "is refused by Google",
                        "copy GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET from the project (docs/google-setup.md, step 8), also into FusionAuth's identity provider");
            default -> new Unseen(about, "Google's token endpoint answered with status " + answer.status());
        };
    }

    private Finding signingKeys() {
        var about = "Google's signing keys";
        return probe.get(settings.jwksUrl()).json().path("keys").isArray()
                ? new Well(about, "can be had")
                : new Wrong(about, "cannot be had", "let Almanac reach them (GOOGLE_JWKS_URL)");
    }

    /** Google tells a browser at once that an address is not registered, by a page of its own. */
    private Finding returnAddress(URI back) {
        var about = "Redirect URI at Google";
        var answer = probe.get(UriComponentsBuilder.fromUri(settings.authorizationUrl())
                .queryParam("client_id", "{client}")
                .queryParam("redirect_uri", "{back}")
                .queryParam("response_type", "code")
                .queryParam("scope", "openid")
                .queryParam("state", "doctor")
                .encode()
                .buildAndExpand(settings.clientId(), back)
                .toUri());
        if (!answer.isThere()) {
            return new Unseen(about, back + ": Google's authorization page does not answer");
        }
        var refused = answer.status() >= 400
                || answer.location()
                        .filter(to -> to.toString().contains("/oauth/error")
                                || to.toString().contains("authError="))
                        .isPresent();
        return refused
                ? new Wrong(about, back + " is refused", "add exactly this to the client's authorized redirect URIs")
                : new Well(about, back + " is not refused");
    }
}
