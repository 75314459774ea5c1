package app.almanac.fusionauth;

import app.almanac.settings.Finding;
import app.almanac.upstream.Probe;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

/** What only the identity provider's own record tells, read with the doctor's key. */
record GoogleProviderRecord(FusionAuthSettings settings, Probe probe, String doctorKey) {

    private static final String ABOUT = "Identity provider's record";

    List<Finding> findings() {
        if (doctorKey.isBlank()) {
            return List.of(
                    new Finding.Unseen(
                            ABOUT,
                            "linking strategy, registration and debug cannot be read with Almanac's key; FUSIONAUTH_DOCTOR_KEY may (docs/operations.md)"));
        }
        var answer = probe.ask(
                HttpMethod.GET,
                URI.create(settings.internalUrl() + "/api/identity-provider/" + settings.googleIdpId()),
                headers -> headers.set(HttpHeaders.AUTHORIZATION, doctorKey),
                null);
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
        var wrong = judged(answer.json().path("identityProvider"));
        return wrong.isEmpty() ? List.of(new Finding.Well(ABOUT, "is as Almanac needs it")) : wrong;
    }

    private List<Finding> judged(JsonNode provider) {
        var wrong = new ArrayList<Finding>();
        var application = provider.path("applicationConfiguration")
                .path(settings.applicationId().toString());
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
