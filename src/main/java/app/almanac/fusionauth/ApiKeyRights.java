package app.almanac.fusionauth;

import app.almanac.settings.Finding;
import app.almanac.upstream.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether our API key may do all that the kickstart of our edition lets it do. Each right is tried on what does not
 * exist, under an id made up for it, with an empty body: FusionAuth says 401 before it looks.
 */
record ApiKeyRights(FusionAuthSettings settings, Probe probe) {

    private record Right(HttpMethod method, String path) {}

    private static final String ABOUT = "API key";

    List<Finding> findings() {
        var missing = new ArrayList<Right>();
        var rights = rights();
        for (var right : rights) {
            var status = tried(right);
            if (status == 401 || status == 403) {
                missing.add(right);
            } else if (status < 0 || status >= 500) {
                return List.of(new Finding.Unseen(ABOUT, "FusionAuth did not answer when its rights were tried"));
            }
        }
        if (missing.size() == rights.size()) {
            return List.of(new Finding.Wrong(
                    ABOUT,
                    "is not accepted by FusionAuth",
                    "set FUSIONAUTH_API_KEY to a key of this tenant, made as in docs/fusionauth-setup.md"));
        }
        if (mayDoEverything()) {
            return List.of(new Finding.Doubtful(
                    ABOUT,
                    "may read identity providers, so it may do more than Almanac needs",
                    "give Almanac a key with only the kickstart's endpoints"));
        }
        return missing.isEmpty()
                ? List.of(new Finding.Well(ABOUT, "may do what Almanac needs, and cannot read identity providers"))
                : missing.stream().map(ApiKeyRights::lacks).toList();
    }

    private static Finding lacks(Right right) {
        return new Finding.Wrong(
                ABOUT,
                "lacks the right to " + right.method() + " " + right.path(),
                "tick it in FusionAuth under Settings, API Keys");
    }

    /** The second key of the kickstart, which is packed into the jar for this. */
    private List<Right> rights() {
        var rights = new ArrayList<Right>();
        kickstart()
                .path("apiKeys")
                .path(1)
                .path("permissions")
                .path("endpoints")
                .properties()
                .forEach(endpoint -> {
                    for (var method : endpoint.getValue()) {
                        rights.add(new Right(HttpMethod.valueOf(method.asString()), endpoint.getKey()));
                    }
                });
        return rights;
    }

    private JsonNode kickstart() {
        var edition = settings.edition().name().toLowerCase(Locale.ROOT);
        try (var file = new ClassPathResource("kickstart/" + edition + "/kickstart.json").getInputStream()) {
            return JsonMapper.shared().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int tried(Right right) {
        var hasBody = !Set.of(HttpMethod.GET, HttpMethod.DELETE).contains(right.method());
        return probe.ask(
                        right.method(),
                        URI.create(settings.internalUrl() + right.path() + nobodys(right)),
                        headers -> {
                            FusionAuthSetup.with(settings.apiKey(), settings, headers);
                            if (hasBody) {
                                headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
                            }
                        },
                        hasBody ? "{}" : null)
                .status();
    }

    /** Where nothing is: below the path, or by parameters, as FusionAuth's API has it. */
    private String nobodys(Right right) {
        var nobody = UUID.randomUUID();
        if (right.path().endsWith("/link")) {
            return right.method().equals(HttpMethod.POST)
                    ? ""
                    : "?identityProviderId=" + settings.googleIdpId() + "&identityProviderUserId=" + nobody + "&userId="
                            + nobody;
        }
        if (right.path().endsWith("/search")) {
            return "";
        }
        return right.path().endsWith("/registration") && right.method().equals(HttpMethod.GET)
                ? "/" + nobody + "/" + settings.applicationId()
                : "/" + nobody;
    }

    private boolean mayDoEverything() {
        return probe.ask(
                                HttpMethod.GET,
                                URI.create(settings.internalUrl() + "/api/identity-provider/" + settings.googleIdpId()),
                                headers -> headers.set(HttpHeaders.AUTHORIZATION, settings.apiKey()),
                                null)
                        .status()
                == 200;
    }
}
