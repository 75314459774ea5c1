package sandbox;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Behaves like FusionAuth towards a browser and Almanac: it executes the project's own kickstart, shows plain hosted
 * pages, and has switches where FusionAuth's behaviour differs by version or is not documented.
 */
public final class FusionAuthStandIn extends Server {

    /** What comes of connecting through the hosted pages while somebody is signed in. */
    public enum HostedLinking {
        /** The Google account is linked to whom the single sign-on session belongs to. */
        LINK_COMPLETED,
        /** The live session wins over the hint: straight back, nothing linked. */
        SESSION_WINS,
        /** A second sign-in is asked for, and nothing is linked all the same (FusionAuth 1.62.1). */
        SECOND_LOGIN_WITHOUT_LINK
    }

    private record Session(UUID user, Instant authenticated) {}

    private record Code(UUID user, Map<String, String> request, Instant issued, Instant authenticated) {}

    private record Trip(
            Map<String, String> request,
            String verifier,
            @Nullable String sso) {}

    private static final String COOKIE = "standin.sso";

    private final FusionAuthState state;
    private final FusionAuthApi api;
    private final Signer signer = new Signer("sandbox-fusionauth");
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, Trip> trips = new ConcurrentHashMap<>();
    private volatile HostedLinking hostedLinking = HostedLinking.LINK_COMPLETED;

    FusionAuthStandIn(int port, Path kickstart, Map<String, String> environment) {
        super(port);
        state = FusionAuthState.from(kickstart, environment);
        api = new FusionAuthApi(state);
    }

    public HostedLinking hostedLinking() {
        return hostedLinking;
    }

    public void hostedLinking(HostedLinking behaviour) {
        hostedLinking = behaviour;
    }

    public void postOfExistingLink(String behaviour) {
        api.existingLink = FusionAuthApi.ExistingLink.valueOf(behaviour);
    }

    /** The addresses of the people in the kickstart. */
    public List<String> cast() {
        return state.users.values().stream()
                .map(FusionAuthState.User::email)
                .sorted()
                .toList();
    }

    public UUID idOf(String email) {
        return state.called(email).orElseThrow().id();
    }

    /** How many refresh tokens of Almanac somebody has: their devices. */
    public int devicesOf(String email) {
        var id = idOf(email);
        return (int) state.refreshTokens.values().stream()
                .filter(token -> token.user().equals(id))
                .count();
    }

    /** Whose a Google account is, by its {@code sub}; the owner's address. */
    public Map<String, String> owners() {
        return state.links.values().stream()
                .collect(Collectors.toMap(
                        FusionAuthState.Link::sub,
                        link -> state.user(link.user()).email()));
    }

    public void link(String email, String sub, String displayName, String token) {
        var now = Instant.now();
        state.links.put(sub, new FusionAuthState.Link(sub, idOf(email), displayName, token, now, now));
    }

    public void removeLink(String sub) {
        state.links.remove(sub);
    }

    /** As a later login without a refresh token does to a link in some versions. */
    public void blankToken(String sub) {
        state.links.computeIfPresent(
                sub,
                (key, link) -> new FusionAuthState.Link(
                        key, link.user(), link.displayName(), "", link.inserted(), link.lastLogin()));
    }

    @Override
    void answer(Exchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/oauth2/authorize" -> authorize(exchange);
            case "/oauth2/token" -> token(exchange);
            case "/oauth2/callback" -> backFromGoogle(exchange);
            case "/oauth2/logout" -> logout(exchange);
            case "/.well-known/jwks.json" -> exchange.json(200, signer.publicKeys());
            case "/api/status" -> exchange.json(200, Map.of());
            default -> {
                if (exchange.path().startsWith("/api/")) {
                    api.answer(exchange);
                } else {
                    exchange.empty(404);
                }
            }
        }
    }

    private void authorize(Exchange exchange) throws IOException {
        var request = exchange.method().equals("POST") ? exchange.form() : exchange.query();
        if (!state.applicationId.equals(request.get("client_id"))
                || !state.isAuthorized(request.get("redirect_uri"))
                || !"S256".equals(request.get("code_challenge_method"))
                || !"code".equals(request.get("response_type"))) {
            exchange.page(400, "Invalid request", "<p>client_id, redirect_uri or code_challenge</p>");
            return;
        }
        if (exchange.method().equals("POST")) {
            signIn(exchange, request);
            return;
        }
        var session = exchange.cookie(COOKIE).map(sessions::get).orElse(null);
        var forced = request.getOrDefault("prompt", "").contains("login");
        if (session != null && (!forced || hostedLinking == HostedLinking.SESSION_WINS)) {
            sendBack(exchange, session, request);
        } else if (state.identityProviderId.equals(request.get("idp_hint"))) {
            toGoogle(exchange, request);
        } else {
            showSignIn(exchange, request, "");
        }
    }

    private void showSignIn(Exchange exchange, Map<String, String> request, String problem) throws IOException {
        var people =
                cast().stream().map(email -> "<option>" + email + "</option>").collect(Collectors.joining());
        exchange.page(200, "Sign in", """
                %s<form method="post" action="/oauth2/authorize">%s
                <label>E-mail <input type="text" name="loginId" id="loginId" list="cast" autocomplete="username"></label><datalist id="cast">%s</datalist>
                <label>Password <input type="password" name="password" id="password"></label>
                <p>You stay signed in on this device.</p><button type="submit">Sign in</button></form>
                """.formatted(problem, Exchange.hidden(request), people));
    }

    private void signIn(Exchange exchange, Map<String, String> form) throws IOException {
        var user = state.signIn(form.getOrDefault("loginId", ""), form.getOrDefault("password", ""));
        var request = new LinkedHashMap<>(form);
        request.keySet().removeAll(Set.of("loginId", "password"));
        if (user.isEmpty()) {
            showSignIn(exchange, request, "<p role=\"alert\">Unknown address or wrong password.</p>");
            return;
        }
        sendBack(exchange, begin(exchange, user.get().id()), request);
    }

    private Session begin(Exchange exchange, UUID user) {
        var session = new Session(user, Instant.now());
        var id = UUID.randomUUID().toString();
        sessions.put(id, session);
        exchange.setCookie(COOKIE, id);
        return session;
    }

    private void sendBack(Exchange exchange, Session session, Map<String, String> request) throws IOException {
        var code = UUID.randomUUID().toString();
        codes.put(code, new Code(session.user(), request, Instant.now(), session.authenticated()));
        var registered = state.user(session.user()).roles() != null;
        var answer = new LinkedHashMap<String, String>();
        answer.put("code", code);
        answer.put("locale", "en");
        answer.put("state", request.getOrDefault("state", ""));
        answer.put("userState", registered ? "Authenticated" : "AuthenticatedNotRegistered");
        answer.put("iss", state.issuer);
        exchange.redirect(Exchange.with(String.valueOf(request.get("redirect_uri")), answer));
    }

    private void toGoogle(Exchange exchange, Map<String, String> request) throws IOException {
        var trip = UUID.randomUUID().toString();
        var verifier = UUID.randomUUID().toString() + UUID.randomUUID();
        trips.put(trip, new Trip(request, verifier, exchange.cookie(COOKIE).orElse(null)));
        var oauth = state.identityProvider.path("oauth2");
        exchange.redirect(Exchange.with(
                oauth.path("authorization_endpoint").asString(),
                Map.of(
                        "client_id",
                        oauth.path("client_id").asString(),
                        "redirect_uri",
                        url() + "/oauth2/callback",
                        "response_type",
                        "code",
                        "scope",
                        oauth.path("scope").asString(),
                        "state",
                        trip,
                        "code_challenge",
                        challenge(verifier),
                        "code_challenge_method",
                        "S256")));
    }

    private void backFromGoogle(Exchange exchange) throws IOException {
        var trip = trips.remove(exchange.query().getOrDefault("state", ""));
        var code = exchange.query().get("code");
        if (trip == null || code == null) {
            exchange.page(200, "Signing in with the provider failed", "<p>[ExternalAuthenticationException]</p>");
            return;
        }
        var oauth = state.identityProvider.path("oauth2");
        var tokens = ask(HttpRequest.newBuilder(
                        URI.create(oauth.path("token_endpoint").asString()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        url() + "/oauth2/callback",
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
        if (sub.isEmpty()) {
            exchange.page(200, "Signing in with the provider failed", "<p>[ExternalAuthenticationException]</p>");
            return;
        }
        var token = tokens.path("refresh_token").asString("");
        var email = identity.path("email").asString("");
        var live = trip.sso() == null ? null : sessions.get(trip.sso());
        var existing = state.links.get(sub);
        var owner = existing != null ? existing.user() : live == null ? null : live.user();
        if (owner == null || (hostedLinking == HostedLinking.SECOND_LOGIN_WITHOUT_LINK && existing == null)) {
            var request = new LinkedHashMap<>(trip.request());
            request.remove("idp_hint");
            showSignIn(exchange, request, "<p>Sign in to link your Google account.</p>");
            return;
        }
        var now = Instant.now();
        state.links.put(
                sub,
                new FusionAuthState.Link(sub, owner, email, token, existing == null ? now : existing.inserted(), now));
        sendBack(exchange, begin(exchange, owner), trip.request());
    }

    private void token(Exchange exchange) throws IOException {
        var form = exchange.form();
        if (!isOurClient(exchange, form)) {
            exchange.json(401, Map.of("error", "invalid_client", "error_reason", "invalid_client_authentication"));
            return;
        }
        var code = codes.remove(form.getOrDefault("code", ""));
        if (code == null
                || code.issued().plusSeconds(30).isBefore(Instant.now())
                || !String.valueOf(code.request().get("redirect_uri")).equals(form.get("redirect_uri"))
                || !String.valueOf(code.request().get("code_challenge"))
                        .equals(challenge(form.getOrDefault("code_verifier", "")))) {
            exchange.json(400, Map.of("error", "invalid_grant", "error_reason", "auth_code_not_found"));
            return;
        }
        exchange.json(200, tokens(code));
    }

    private Map<String, Object> tokens(Code code) {
        var user = state.user(code.user());
        var scope = code.request().getOrDefault("scope", "");
        var scopes = Set.of(scope.split(" "));
        var answer = new LinkedHashMap<String, Object>();
        var refreshToken = scopes.contains("offline_access")
                ? new FusionAuthState.RefreshToken(
                        UUID.randomUUID(), user.id(), UUID.randomUUID().toString(), Instant.now())
                : null;
        var access = claims(user, code).claim("scope", scope);
        var roles = user.roles();
        if (roles != null) {
            access.claim("applicationId", state.applicationId).claim("roles", List.copyOf(roles));
        }
        var id = claims(user, code);
        if (code.request().containsKey("nonce")) {
            id.claim("nonce", code.request().get("nonce"));
        }
        if (scopes.contains("email")) {
            id.claim("email", user.email()).claim("email_verified", true);
        }
        if (scopes.contains("profile")) {
            id.claim("name", user.name()).claim("preferred_username", user.email());
        }
        if (refreshToken != null) {
            state.refreshTokens.put(refreshToken.id(), refreshToken);
            access.claim("sid", refreshToken.id().toString());
            answer.put("refresh_token", refreshToken.value());
            answer.put("refresh_token_id", refreshToken.id().toString());
        }
        answer.put("access_token", signer.sign(access.build()));
        answer.put("id_token", signer.sign(id.build()));
        answer.put("expires_in", 300);
        answer.put("scope", scope);
        answer.put("token_type", "Bearer");
        answer.put("userId", user.id().toString());
        return answer;
    }

    private JWTClaimsSet.Builder claims(FusionAuthState.User user, Code code) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(state.issuer)
                .subject(user.id().toString())
                .audience(state.applicationId)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString())
                .claim("tid", state.tenantId)
                .claim("auth_time", code.authenticated().getEpochSecond())
                .claim("authenticationType", "PASSWORD");
    }

    private boolean isOurClient(Exchange exchange, Map<String, String> form) {
        var secret = state.oauth().path("clientSecret").asString();
        var header = exchange.header("Authorization");
        if (header != null && header.startsWith("Basic ")) {
            var given = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
            return given.equals(state.applicationId + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8));
        }
        return state.applicationId.equals(form.get("client_id")) && secret.equals(form.get("client_secret"));
    }

    private void logout(Exchange exchange) throws IOException {
        exchange.cookie(COOKIE).ifPresent(sessions::remove);
        exchange.setCookie(COOKIE, "");
        var back = exchange.query().get("post_logout_redirect_uri");
        exchange.redirect(URI.create(
                back != null && state.isAuthorized(back)
                        ? back
                        : state.oauth().path("logoutURL").asString()));
    }

    private JsonNode ask(HttpRequest request) throws IOException {
        try {
            return Exchange.JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
