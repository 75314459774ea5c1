package sandbox;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Behaves like Google towards a browser, FusionAuth and Almanac: an account chooser, a consent page whose calendar
 * boxes can be unticked, tokens that die as Google's do, and calendars with awkward events.
 */
public final class GoogleStandIn extends Server {

    private record Grant(String email, Set<String> scopes, String refreshToken) {}

    private record Code(String email, Set<String> scopes, Map<String, String> request) {}

    private static final String PREFIX = "https://www.googleapis.com/auth/";
    private static final List<String> BOXES =
            List.of(PREFIX + "calendar.calendarlist.readonly", PREFIX + "calendar.events.readonly");

    private final String clientId;
    private final String clientSecret;
    private final Signer signer = new Signer("sandbox-google");
    private final SampleCalendars calendars = new SampleCalendars();
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final Map<String, Grant> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, Duration> slow = new ConcurrentHashMap<>();
    private final Map<String, Integer> failing = new ConcurrentHashMap<>();
    private final Set<String> unverified = ConcurrentHashMap.newKeySet();
    private volatile boolean withoutRefreshToken;

    GoogleStandIn(int port, String clientId, String clientSecret) {
        super(port);
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    public Set<String> accounts() {
        return calendars.accounts();
    }

    /** This account's address is not Google's own, and nobody has confirmed it. */
    public void unverified(String email) {
        unverified.add(email);
    }

    public static String subOf(String email) {
        return String.valueOf(100_000_000L + Math.abs((long) email.hashCode()));
    }

    /** As the person does at their Google account: every grant to Almanac's project dies. */
    public void withdrawConsent(String email) {
        grants.values().removeIf(grant -> grant.email().equals(email));
        expireAccessTokens(email);
    }

    /** As if the box for events had not been ticked when consent was given. */
    public void untick(String email) {
        grants.replaceAll((token, grant) -> {
            if (!grant.email().equals(email)) {
                return grant;
            }
            var fewer = new HashSet<>(grant.scopes());
            fewer.remove(BOXES.get(1));
            return new Grant(email, fewer, token);
        });
        expireAccessTokens(email);
    }

    public void expireAccessTokens(String email) {
        accessTokens.values().removeIf(grant -> grant.email().equals(email));
    }

    /** Whose an access token is; empty for an unknown one. */
    public String ownerOf(String accessToken) {
        var grant = accessTokens.get(accessToken);
        return grant == null ? "" : grant.email();
    }

    public boolean hasGrant(String email) {
        return grants.values().stream().anyMatch(grant -> grant.email().equals(email));
    }

    public void withoutRefreshToken(boolean without) {
        withoutRefreshToken = without;
    }

    public boolean withoutRefreshToken() {
        return withoutRefreshToken;
    }

    /** An account with that many calendars, which have that many events together in the second week from today. */
    public void plant(String email, int calendarsOfIt, int eventsOfIt) {
        calendars.plant(email, calendarsOfIt, eventsOfIt);
    }

    /** Zero ends it. */
    public void slow(String email, Duration each) {
        slow.put(email, each);
    }

    /** The API answers this account with this status; zero ends it. */
    public void failing(String email, int status) {
        failing.put(email, status);
    }

    /** A refresh token that works, as consent would give. */
    public String grant(String email) {
        var scopes = new HashSet<>(BOXES);
        scopes.add("openid");
        var token = "1//" + UUID.randomUUID();
        grants.put(token, new Grant(email, scopes, token));
        return token;
    }

    @Override
    void answer(Exchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/o/oauth2/v2/auth" -> authorize(exchange);
            case "/token" -> token(exchange);
            case "/revoke" -> revoke(exchange);
            case "/v1/userinfo" -> userinfo(exchange);
            case "/oauth2/v3/certs" -> exchange.json(200, signer.publicKeys());
            default -> {
                if (exchange.path().startsWith("/calendar/v3/")) {
                    calendar(exchange);
                } else {
                    exchange.empty(404);
                }
            }
        }
    }

    private void authorize(Exchange exchange) throws IOException {
        var request = exchange.method().equals("POST") ? exchange.form() : exchange.query();
        if (!clientId.equals(request.get("client_id"))) {
            exchange.page(401, "Access blocked", "<p>invalid_client</p>");
            return;
        }
        switch (request.getOrDefault("step", "")) {
            case "consent" -> consent(exchange, request);
            case "done" -> decide(exchange, request);
            default -> choose(exchange, request);
        }
    }

    private void choose(Exchange exchange, Map<String, String> request) throws IOException {
        var hint = request.get("login_hint");
        var all = concat(List.of("tess@school.example", "ada@admin.example"), accounts());
        var listed = hint == null ? all : List.of(hint);
        var buttons = (hint == null ? all : concat(List.of(hint), all))
                .stream()
                        .map(email -> "<p><button name=\"email\" value=\"%s\">%s</button></p>"
                                .formatted(Exchange.escaped(email), Exchange.escaped(email)))
                        .collect(Collectors.joining());
        var fields = new LinkedHashMap<>(request);
        fields.put("step", "consent");
        exchange.page(
                200,
                listed.size() == 1 ? "Continue" : "Choose an account",
                "<form method=\"post\" action=\"/o/oauth2/v2/auth\">" + Exchange.hidden(fields) + buttons + "</form>");
    }

    private static List<String> concat(List<String> first, Collection<String> others) {
        return Stream.concat(first.stream(), others.stream()).distinct().toList();
    }

    private void consent(Exchange exchange, Map<String, String> request) throws IOException {
        var fields = new LinkedHashMap<>(request);
        fields.put("step", "done");
        var asked = List.of(request.getOrDefault("scope", "").split(" "));
        var boxes = BOXES.stream()
                .filter(asked::contains)
                .map(scope -> "<label><input type=\"checkbox\" name=\"%s\" value=\"yes\" checked> %s</label>"
                        .formatted(scope, scope.contains("list") ? "See your list of calendars" : "See your events"))
                .collect(Collectors.joining());
        exchange.page(
                200,
                "Almanac wants access to your Google account",
                "<p>%s</p><form method=\"post\" action=\"/o/oauth2/v2/auth\">%s%s<p><button name=\"answer\" value=\"allow\">Allow</button> <button name=\"answer\" value=\"cancel\">Cancel</button></p></form>"
                        .formatted(
                                Exchange.escaped(request.getOrDefault("email", "")), Exchange.hidden(fields), boxes));
    }

    private void decide(Exchange exchange, Map<String, String> request) throws IOException {
        var back = String.valueOf(request.get("redirect_uri"));
        var state = request.getOrDefault("state", "");
        if (!"allow".equals(request.get("answer"))) {
            exchange.redirect(Exchange.with(back, Map.of("error", "access_denied", "state", state)));
            return;
        }
        var scopes = new HashSet<String>();
        for (var scope : request.getOrDefault("scope", "").split(" ")) {
            if (!BOXES.contains(scope) || "yes".equals(request.get(scope))) {
                scopes.add(scope);
            }
        }
        var code = "4/" + UUID.randomUUID();
        codes.put(code, new Code(request.getOrDefault("email", ""), scopes, request));
        exchange.redirect(Exchange.with(back, Map.of("code", code, "state", state, "authuser", "0")));
    }

    private void token(Exchange exchange) throws IOException {
        var form = exchange.form();
        if (!clientId.equals(form.get("client_id")) || !clientSecret.equals(form.get("client_secret"))) {
            exchange.json(401, Map.of("error", "invalid_client", "error_description", "Unauthorized"));
            return;
        }
        if ("refresh_token".equals(form.get("grant_type"))) {
            var grant = grants.get(form.getOrDefault("refresh_token", ""));
            if (grant == null) {
                exchange.json(
                        400,
                        Map.of("error", "invalid_grant", "error_description", "Token has been expired or revoked."));
            } else {
                exchange.json(200, accessToken(grant));
            }
            return;
        }
        var code = codes.remove(form.getOrDefault("code", ""));
        if (code == null
                || !String.valueOf(code.request().get("redirect_uri")).equals(form.get("redirect_uri"))
                || !String.valueOf(code.request().get("code_challenge"))
                        .equals(FusionAuthStandIn.challenge(form.getOrDefault("code_verifier", "")))) {
            exchange.json(400, Map.of("error", "invalid_grant", "error_description", "Malformed auth code."));
            return;
        }
        var grant = new Grant(code.email(), code.scopes(), "1//" + UUID.randomUUID());
        var answer = accessToken(grant);
        if (!withoutRefreshToken
                && "offline".equals(code.request().get("access_type"))
                && code.request().getOrDefault("prompt", "").contains("consent")) {
            grants.put(grant.refreshToken(), grant);
            answer.put("refresh_token", grant.refreshToken());
        }
        answer.put("id_token", idToken(code));
        exchange.json(200, answer);
    }

    private Map<String, Object> accessToken(Grant grant) {
        var token = "ya29." + UUID.randomUUID();
        accessTokens.put(token, grant);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("access_token", token);
        answer.put("expires_in", 3599);
        answer.put("token_type", "Bearer");
        answer.put(
                "scope",
                grant.scopes().stream()
                        .map(scope -> scope.equals("email") ? PREFIX + "userinfo.email" : scope)
                        .collect(Collectors.joining(" ")));
        return answer;
    }

    private String idToken(Code code) {
        var now = Instant.now();
        return signer.sign(new JWTClaimsSet.Builder()
                .issuer(url().toString())
                .audience(clientId)
                .subject(subOf(code.email()))
                .claim("email", code.email())
                .claim("email_verified", !unverified.contains(code.email()))
                .claim("nonce", code.request().get("nonce"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)))
                .build());
    }

    private void revoke(Exchange exchange) throws IOException {
        var token = exchange.form().getOrDefault("token", "");
        var grant = grants.containsKey(token) ? grants.get(token) : accessTokens.get(token);
        if (grant == null) {
            exchange.json(400, Map.of("error", "invalid_token", "error_description", "Token expired or revoked"));
        } else {
            withdrawConsent(grant.email());
            exchange.json(200, Map.of());
        }
    }

    private void userinfo(Exchange exchange) throws IOException {
        var grant = bearer(exchange);
        if (grant == null) {
            exchange.json(401, Map.of("error", "invalid_request"));
        } else {
            exchange.json(
                    200,
                    Map.of(
                            "sub",
                            subOf(grant.email()),
                            "email",
                            grant.email(),
                            "email_verified",
                            !unverified.contains(grant.email())));
        }
    }

    private @Nullable Grant bearer(Exchange exchange) {
        var header = exchange.header("Authorization");
        return header == null || !header.startsWith("Bearer ") ? null : accessTokens.get(header.substring(7));
    }

    private void calendar(Exchange exchange) throws IOException {
        var grant = bearer(exchange);
        if (grant == null) {
            error(exchange, 401, "authError");
            return;
        }
        pause(slow.getOrDefault(grant.email(), Duration.ZERO));
        var status = failing.getOrDefault(grant.email(), 0);
        if (status > 0) {
            error(exchange, status, status == 403 || status == 429 ? "rateLimitExceeded" : "backendError");
            return;
        }
        var list = exchange.path().endsWith("/users/me/calendarList");
        if (!grant.scopes().contains(BOXES.get(list ? 0 : 1))) {
            error(exchange, 403, "insufficientPermissions");
        } else if (list) {
            exchange.json(200, calendars.list(grant.email()));
        } else {
            var parts = exchange.rawPath().split("/");
            var id = URLDecoder.decode(parts[parts.length - 2], StandardCharsets.UTF_8);
            exchange.json(200, calendars.events(grant.email(), id, exchange.query()));
        }
    }

    private static void error(Exchange exchange, int status, String reason) throws IOException {
        exchange.json(
                status,
                Map.of(
                        "error",
                        Map.of(
                                "code",
                                status,
                                "message",
                                reason,
                                "errors",
                                List.of(Map.of("domain", "global", "reason", reason, "message", reason)))));
    }

    URI authorizationUrl() {
        return URI.create(url() + "/o/oauth2/v2/auth");
    }
}
