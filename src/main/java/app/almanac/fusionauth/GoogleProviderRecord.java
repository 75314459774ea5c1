package app.almanac.fusionauth;

import app.almanac.settings.Finding;
import app.almanac.upstream.Probe;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

/** What only the identity providers' own records tell, read with the doctor's key. */
record GoogleProviderRecord(FusionAuthSettings settings, Probe probe, String doctorKey) {

    private static final String ABOUT = "Identity provider's record";

    List<Finding> findings() {
        if (doctorKey.isBlank()) {
            return List.of(
                    new Finding.Unseen(
                            ABOUT,
                            "linking strategy, registration, debug and what signing in by Google does cannot be read with Almanac's key; FUSIONAUTH_DOCTOR_KEY may (docs/operations.md)"));
        }
        var answer = read("/" + settings.googleIdpId());
        if (answer.status() == 401 || answer.status() == 403) {
            return List.of(new Finding.Wrong(
                    ABOUT,
                    "cannot be read with FUSIONAUTH_DOCTOR_KEY",
                    "give that key GET on /api/identity-provider, and no tenant"));
        }
        if (answer.status() != 200) {
            return List.of(new Finding.Wrong(
                    ABOUT,
                    "is not there (status " + answer.status() + ")",
                    "set FUSIONAUTH_GOOGLE_IDP_ID to the id of the OpenID Connect provider"));
        }
        var provider = answer.json().path("identityProvider");
        var findings = judged(provider);
        if (findings.isEmpty()) {
            findings.add(new Finding.Well(ABOUT, "is as Almanac needs it"));
        }
        for (var other : read("").json().path("identityProviders")) {
            if (!settings.googleIdpId().toString().equals(other.path("id").asString(""))
                    && other.path("enabled").asBoolean(false)) {
                findings.addAll(judgedBeside(provider, other));
            }
        }
        return findings;
    }

    private Probe.Answer read(String below) {
        return probe.ask(
                HttpMethod.GET,
                URI.create(settings.internalUrl() + "/api/identity-provider" + below),
                headers -> headers.set(HttpHeaders.AUTHORIZATION, doctorKey),
                null);
    }

    /** "Sign in with Google", and whatever else leads into Almanac's application. */
    private List<Finding> judgedBeside(JsonNode calendars, JsonNode other) {
        var findings = new ArrayList<Finding>();
        var application = application(other);
        if (!application.path("enabled").asBoolean(false)) {
            return findings;
        }
        var about = "Identity provider \"" + other.path("name").asString("") + "\"";
        if (application.path("createRegistration").asBoolean(false)) {
            findings.add(new Finding.Doubtful(
                    about,
                    "registers whoever signs in by it, invited or not",
                    "switch \"Create registration\" off for Almanac's application, unless everybody may come"));
        }
        var ours = calendars.path("oauth2");
        var theirs = other.path("oauth2");
        if (theirs.path("client_id").equals(ours.path("client_id"))
                && !theirs.path("client_secret").equals(ours.path("client_secret"))) {
            findings.add(new Finding.Wrong(
                    about,
                    "has another client secret than the provider of the calendars, for the same client",
                    "give both the client's secret, GOOGLE_CLIENT_SECRET"));
        }
        return findings;
    }

    private JsonNode application(JsonNode provider) {
        return provider.path("applicationConfiguration")
                .path(settings.applicationId().toString());
    }

    private List<Finding> judged(JsonNode provider) {
        var wrong = new ArrayList<Finding>();
        var application = application(provider);
        require(
                wrong,
                "OpenIDConnect".equals(provider.path("type").asString("")),
                "is not of type OpenID Connect",
                "make one of that type");
        require(wrong, provider.path("enabled").asBoolean(false), "is not enabled", "enable it");
        require(
                wrong,
                application.path("enabled").asBoolean(false),
                "is not enabled for Almanac's application",
                "enable it there");
        require(
                wrong,
                "CreatePendingLink".equals(provider.path("linkingStrategy").asString("")),
                "does not link by \"Pending link\"",
                "disable it, choose that strategy, enable it");
        require(
                wrong,
                !application.path("createRegistration").asBoolean(true),
                "registers whoever comes through it",
                "switch \"Create registration\" off for Almanac's application");
        require(
                wrong,
                provider.path("oauth2").path("issuer").asString("").isEmpty(),
                "has an issuer, so that its authorization endpoint's parameters are dropped",
                "empty the issuer and give the endpoints by hand");
        require(
                wrong,
                !provider.path("debug").asBoolean(false),
                "has debug on, and its log shows refresh tokens",
                "switch debug off");
        return wrong;
    }

    private static void require(List<Finding> wrong, boolean good, String what, String mend) {
        if (!good) {
            wrong.add(new Finding.Wrong(ABOUT, what, mend));
        }
    }
}
