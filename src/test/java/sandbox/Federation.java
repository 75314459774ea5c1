package sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sandbox.FusionAuthStandIn.HostedLinking;
import sandbox.FusionAuthUsers.User;
import sandbox.SingleSignOn.Session;
import tools.jackson.databind.JsonNode;

/** The way through an identity provider and back, and the link that comes of it. */
final class Federation {

    /** What the provider said of who came back. */
    record Identity(String sub, String email, boolean emailVerified, String token) {}

    private record Trip(
            String provider,
            Map<String, String> request,
            String verifier,
            @Nullable Session session) {}

    private record Pending(String provider, Identity identity) {}

    private final FusionAuthState state;
    private final SingleSignOn singleSignOn;
    private final HostedSignIn signIn;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Trip> trips = new ConcurrentHashMap<>();
    private final Map<String, Pending> pendingLinks = new ConcurrentHashMap<>();
    /** Whether what a reconcile lambda changes is kept: reports differ (FusionAuth's issues 536 and 2612). */
    volatile boolean lambdaChangesCount = true;

    volatile HostedLinking hostedLinking = HostedLinking.LINK_COMPLETED;

    Federation(FusionAuthState state, SingleSignOn singleSignOn, HostedSignIn signIn) {
        this.state = state;
        this.singleSignOn = singleSignOn;
        this.signIn = signIn;
    }

    /** Whether a hint names an identity provider that is switched on. */
    boolean knows(@Nullable String provider) {
        return provider != null
                && state.identityProvider(provider).path("enabled").asBoolean(false);
    }

    void leave(Exchange exchange, String provider, Map<String, String> request, URI callback) throws IOException {
        var trip = UUID.randomUUID().toString();
        var verifier = UUID.randomUUID().toString() + UUID.randomUUID();
        trips.put(trip, new Trip(provider, request, verifier, singleSignOn.current(exchange)));
        var oauth = state.identityProvider(provider).path("oauth2");
        exchange.redirect(Exchange.with(
                oauth.path("authorization_endpoint").asString(),
                Map.of(
                        "client_id",
                        oauth.path("client_id").asString(),
                        "redirect_uri",
                        callback.toString(),
                        "response_type",
                        "code",
                        "scope",
                        oauth.path("scope").asString(),
                        "state",
                        trip,
                        "code_challenge",
                        FusionAuthStandIn.challenge(verifier),
                        "code_challenge_method",
                        "S256")));
    }

    void comeBack(Exchange exchange, URI callback) throws IOException {
        var trip = trips.remove(exchange.query().getOrDefault("state", ""));
        var code = exchange.query().get("code");
        var identity = trip == null || code == null ? null : identity(trip, code, callback);
        if (trip == null || identity == null) {
            exchange.page(200, "Signing in with the provider failed", "<p>[ExternalAuthenticationException]</p>");
        } else {
            connect(exchange, trip, identity);
        }
    }

    /** Linking strategy {@code CreatePendingLink}. */
    private void connect(Exchange exchange, Trip trip, Identity identity) throws IOException {
        var existing = state.link(trip.provider(), identity.sub());
        var live = trip.session();
        var owner = existing != null ? existing.user() : live == null ? null : live.user();
        var without = hostedLinking == HostedLinking.SECOND_LOGIN_WITHOUT_LINK && existing == null;
        if (owner == null || without) {
            var request = new LinkedHashMap<>(trip.request());
            request.remove("idp_hint");
            if (!without) {
                var pending = UUID.randomUUID().toString();
                pendingLinks.put(pending, new Pending(trip.provider(), identity));
                request.put("pendingIdPLinkId", pending);
            }
            signIn.show(exchange, request, "<p>Sign in to link your Google account.</p>");
            return;
        }
        link(trip.provider(), identity, owner);
        if (existing != null) {
            reconcile(trip.provider(), owner, identity);
        }
        signIn.signIn(exchange, state.users.get(owner), "OPENID_CONNECT", trip.request());
    }

    /** Whoever has proved who they are gets the link that was waiting for that, if one was. */
    void completePendingLink(@Nullable String pending, User user) {
        var waiting = pending == null ? null : pendingLinks.remove(pending);
        if (waiting != null && state.link(waiting.provider(), waiting.identity().sub()) == null) {
            link(waiting.provider(), waiting.identity(), user.id());
        }
    }

    private void link(String provider, Identity identity, UUID owner) {
        var existing = state.link(provider, identity.sub());
        var now = Instant.now();
        state.link(new FusionAuthState.Link(
                provider,
                identity.sub(),
                owner,
                identity.email(),
                identity.token(),
                existing == null ? now : existing.inserted(),
                now));
    }

    /** The provider's lambda, at sign-ins through a link that was there before (FusionAuth's issue 2080). */
    private void reconcile(String provider, UUID owner, Identity identity) {
        var lambda = state.configured("/api/lambda/"
                + state.identityProvider(provider)
                        .path("lambdaConfiguration")
                        .path("reconcileId")
                        .asString(""));
        if (lambda.isMissingNode() || !lambdaChangesCount) {
            return;
        }
        var user = state.users.get(owner);
        var registration = user.registration(state.applicationId);
        var told = Json.MAPPER
                .createObjectNode()
                .put("sub", identity.sub())
                .put("email", identity.email())
                .put("email_verified", identity.emailVerified());
        var left = new ReconcileLambda(lambda.path("lambda").path("body").asString())
                .reconcile(user.json(), registration.isMissingNode() ? null : registration, told);
        if (left != null) {
            state.users.changeRegistration(
                    user,
                    FusionAuthState.strings(left.path("roles")),
                    left.path("data").toString());
        }
    }

    private @Nullable Identity identity(Trip trip, String code, URI callback) throws IOException {
        var oauth = state.identityProvider(trip.provider()).path("oauth2");
        var tokens = ask(HttpRequest.newBuilder(
                        URI.create(oauth.path("token_endpoint").asString()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        callback.toString(),
                        "client_id",
                        oauth.path("client_id").asString(),
                        "client_secret",
                        oauth.path("client_secret").asString(),
                        "code_verifier",
                        trip.verifier()))))
                .build());
        var identity = ask(HttpRequest.newBuilder(
                        URI.create(oauth.path("userinfo_endpoint").asString()))
                .header("Authorization", "Bearer " + tokens.path("access_token").asString(""))
                .build());
        var sub = identity.path("sub").asString("");
        return sub.isEmpty()
                ? null
                : new Identity(
                        sub,
                        identity.path("email").asString(""),
                        identity.path("email_verified").asBoolean(false),
                        tokens.path("refresh_token").asString(""));
    }

    private JsonNode ask(HttpRequest request) throws IOException {
        try {
            return Json.MAPPER.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
