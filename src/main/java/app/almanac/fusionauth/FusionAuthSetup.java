package app.almanac.fusionauth;

import app.almanac.settings.AppUrl;
import app.almanac.settings.Finding;
import app.almanac.settings.Finding.Doubtful;
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
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Finds what is wrong with FusionAuth's set-up, as far as a browser and our least-privilege key can see it; a key that
 * may read identity providers ({@code FUSIONAUTH_DOCTOR_KEY}) sees the rest. It changes nothing.
 */
@Component
public class FusionAuthSetup {

    private static final Duration SKEW = Duration.ofSeconds(60);
    /** Of no verifier that anybody knows: the code it would belong to is never redeemed. */
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private final FusionAuthSettings settings;
    private final AppUrl url;
    private final Clock clock;
    private final String doctorKey;
    private final Probe probe = new Probe();

    FusionAuthSetup(
            FusionAuthSettings settings,
            AppUrl url,
            Clock clock,
            @Value("${almanac.fusionauth.doctor-key}") String doctorKey) {
        this.settings = settings;
        this.url = url;
        this.clock = clock;
        this.doctorKey = doctorKey;
    }

    public List<Finding> findings() {
        var status = probe.get(at("/api/status"));
        if (!status.isThere()) {
            return List.of(
                    new Wrong(
                            "FusionAuth",
                            "does not answer at " + settings.internalUrl(),
                            "start it, or set FUSIONAUTH_INTERNAL_URL to where Almanac can reach it; the rest is looked at then"));
        }
        var findings = new ArrayList<Finding>();
        findings.add(
                status.status() == 200
                        ? new Well("FusionAuth", "answers at " + settings.internalUrl())
                        : new Wrong(
                                "FusionAuth",
                                "says that it is not well (status " + status.status() + ")",
                                "see its log"));
        findings.add(transport());
        findings.add(clock(status));
        findings.add(issuer());
        findings.add(signingKeys());
        findings.add(client());
        findings.addAll(redirects());
        findings.add(googleAsBrowsersSeeIt());
        findings.addAll(new ApiKeyRights(settings, probe).findings());
        findings.addAll(new GoogleProviderRecord(settings, probe, doctorKey).findings());
        return findings;
    }

    private Finding transport() {
        var about = "FUSIONAUTH_URL";
        return "https".equals(settings.url().getScheme()) || isLoopback(settings.url())
                ? new Well(about, "is " + settings.url())
                : new Doubtful(about, "is plain http and not loopback", "use https: people's passwords travel there");
    }

    private static boolean isLoopback(URI address) {
        return address.getHost().matches("localhost|127\\..*|\\[::1]");
    }

    private Finding clock(Probe.Answer status) {
        return status.ahead(clock)
                .<Finding>map(ahead -> ahead.abs().compareTo(SKEW) <= 0
                        ? new Well("Clock", "agrees with FusionAuth's")
                        : new Wrong(
                                "Clock",
                                "differs from FusionAuth's by " + ahead.abs().toSeconds()
                                        + " seconds, and tokens are refused from 60 on",
                                "let both machines take their time from NTP"))
                .orElseGet(() -> new Unseen("Clock", "FusionAuth does not say what time it has"));
    }

    private Finding issuer() {
        var about = "Issuer";
        var answer = probe.get(at("/" + settings.tenantId() + "/.well-known/openid-configuration"));
        if (answer.status() != 200) {
            return new Wrong(
                    "Tenant",
                    "is not known to FusionAuth (status " + answer.status() + ")",
                    "set FUSIONAUTH_TENANT_ID to the id under Tenants in FusionAuth");
        }
        var issuer = answer.json().path("issuer").asString("");
        return issuer.equals(settings.issuer())
                ? new Well(about, "is the tenant's, " + issuer)
                : new Wrong(
                        about,
                        "differs: the tenant's is \"" + issuer + "\", FUSIONAUTH_ISSUER is \"" + settings.issuer()
                                + "\"",
                        "set FUSIONAUTH_ISSUER to the tenant's, to the character");
    }

    /** The keys are of all tenants and applications, and an HMAC key is never among them: which one signs, they do not tell. */
    private Finding signingKeys() {
        var about = "Signing keys";
        var answer = probe.get(settings.keysUrl());
        for (var key : answer.json().path("keys")) {
            if ("RSA".equals(key.path("kty").asString(""))) {
                return new Unseen(
                        about,
                        "include an RSA key; whether the application signs with it shows when somebody signs in: with HMAC every sign-in ends on \"refused\"");
            }
        }
        return new Wrong(
                about,
                "have no RSA key",
                "make an RS256 key in Key Master and choose it for access and id tokens of the application");
    }

    /** A code that cannot be: who is refused as a client is told so before the code is looked at. */
    private Finding client() {
        var about = "Application";
        var answer = probe.post(
                settings.tokenUrl(),
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        "doctor",
                        "redirect_uri",
                        url.at("/login/oauth2/code/fusionauth").toString(),
                        "code_verifier",
                        "doctor",
                        "client_id",
                        settings.applicationId().toString(),
                        "client_secret",
                        settings.clientSecret()));
        var error = answer.json().path("error").asString("");
        if (answer.status() == 401 || "invalid_client".equals(error) || "unauthorized_client".equals(error)) {
            return new Wrong(
                    about,
                    "does not take FUSIONAUTH_CLIENT_SECRET, or there is none with the id FUSIONAUTH_APPLICATION_ID",
                    "copy both from the application in FusionAuth (OAuth)");
        }
        return answer.status() == 400
                ? new Well(about, "takes our id and secret")
                : new Unseen(about, "FusionAuth's token endpoint answered with status " + answer.status());
    }

    /** Without a session, {@code prompt=none} comes straight back to a registered address, or shows the sign-in page. */
    private List<Finding> redirects() {
        var findings = new ArrayList<Finding>();
        var wrong = false;
        for (var path : List.of("/login/oauth2/code/fusionauth", "/accounts/connection/hosted", "/")) {
            var back = url.at(path);
            var answer = probe.get(
                    authorize(back).queryParam("prompt", "none").build().toUri());
            var comesBack = answer.location()
                    .filter(location -> location.toString().startsWith(back.toString()))
                    .isPresent();
            if (!comesBack && answer.status() >= 400) {
                wrong = true;
                findings.add(new Wrong(
                        "Redirect address",
                        back + " is refused by FusionAuth (status " + answer.status() + ")",
                        "add exactly this to the application's authorized redirect URLs, or correct APP_URL"));
            } else if (!comesBack && answer.status() != 200) {
                findings.add(
                        new Unseen("Redirect address", back + ": FusionAuth answered with status " + answer.status()));
            }
        }
        if (!wrong && findings.isEmpty()) {
            findings.add(new Well("Redirect addresses", "are known to the application"));
        }
        return findings;
    }

    /** With a hint and no session FusionAuth sends browsers on to the provider: its address tells how it is set up. */
    private Finding googleAsBrowsersSeeIt() {
        var about = "Identity provider";
        var next = authorize(url.at("/accounts/connection/hosted"))
                .queryParam("idp_hint", settings.googleIdpId())
                .queryParam("prompt", "login")
                .build()
                .toUri();
        for (int step = 0; step < 4; step++) {
            var location = probe.get(next).location();
            if (location.isEmpty()) {
                return new Wrong(
                        about,
                        "is not reached by way of FusionAuth's sign-in page",
                        "check FUSIONAUTH_GOOGLE_IDP_ID, and that it is enabled, also for Almanac's application");
            }
            next = location.get();
            if (!isFusionAuth(next)) {
                return judged(about, next);
            }
            next = asWeReachIt(next);
        }
        return new Unseen(about, "FusionAuth redirects in circles");
    }

    private boolean isFusionAuth(URI address) {
        return address.getAuthority() != null
                && (address.getAuthority().equals(settings.internalUrl().getAuthority())
                        || address.getAuthority().equals(settings.url().getAuthority()));
    }

    /** FusionAuth redirects browsers to where they reach it. */
    private URI asWeReachIt(URI address) {
        var browsers = settings.url() + "/";
        var text = address.toString();
        return text.startsWith(browsers) ? at("/" + text.substring(browsers.length())) : address;
    }

    private static Finding judged(String about, URI google) {
        var query = UriComponentsBuilder.fromUri(google).build().getQueryParams();
        if (!"offline".equals(query.getFirst("access_type"))) {
            return new Wrong(
                    about,
                    "sends people to Google without access_type=offline, so that Google gives no refresh token",
                    "end its authorization endpoint with ?access_type=offline&prompt=select_account%20consent and leave its issuer empty");
        }
        if (!Optional.ofNullable(query.getFirst("prompt")).orElse("").contains("consent")) {
            return new Wrong(
                    about,
                    "sends people to Google without prompt=consent, so that a second connection gets no refresh token",
                    "end its authorization endpoint with ?access_type=offline&prompt=select_account%20consent");
        }
        var scope = Optional.ofNullable(query.getFirst("scope")).orElse("");
        return scope.contains("calendar")
                ? new Well(about, "asks Google for offline access, consent and calendars")
                : new Wrong(about, "asks Google for no calendar scope", "see docs/fusionauth-setup.md for its scope");
    }

    private UriComponentsBuilder authorize(URI back) {
        return UriComponentsBuilder.fromUri(at("/oauth2/authorize"))
                .queryParam("client_id", settings.applicationId())
                .queryParam("tenantId", settings.tenantId())
                .queryParam("redirect_uri", back)
                .queryParam("response_type", "code")
                .queryParam("scope", "openid")
                .queryParam("state", "doctor")
                .queryParam("code_challenge", CHALLENGE)
                .queryParam("code_challenge_method", "S256");
    }

    private URI at(String path) {
        return URI.create(settings.internalUrl() + path);
    }

    static void with(String key, FusionAuthSettings settings, HttpHeaders headers) {
        headers.set(HttpHeaders.AUTHORIZATION, key);
        headers.set("X-FusionAuth-TenantId", settings.tenantId().toString());
    }
}
