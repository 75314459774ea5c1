package sandbox;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import sandbox.FusionAuthUsers.User;
import sandbox.SingleSignOn.Session;

/** Authorization codes, and {@code /oauth2/token} that turns one into tokens signed with the stand-in's key. */
final class TokenIssue {

    private record Code(
            Session session, Map<String, String> request, Instant issued, String userAgent, String address) {}

    private final FusionAuthState state;
    private final Map<String, Code> codes = new ConcurrentHashMap<>();

    TokenIssue(FusionAuthState state) {
        this.state = state;
    }

    /** A code for this browser's authorization request, good for 30 seconds and once. */
    String code(Session session, Map<String, String> request, Exchange browser) {
        var code = UUID.randomUUID().toString();
        var agent = Objects.requireNonNullElse(browser.header("User-Agent"), "");
        codes.put(code, new Code(session, request, Instant.now(), agent, browser.address()));
        return code;
    }

    /** What becomes of ID tokens on their way. */
    volatile UnaryOperator<String> idTokens = UnaryOperator.identity();

    void answer(Exchange exchange) throws IOException {
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
                        .equals(FusionAuthStandIn.challenge(form.getOrDefault("code_verifier", "")))) {
            exchange.json(400, Map.of("error", "invalid_grant", "error_reason", "auth_code_not_found"));
            return;
        }
        exchange.json(200, tokens(code));
    }

    /** One without a sign-in, whose claims may be set, or left out where they are empty. */
    String access(User user, Duration life, Map<String, Object> claims) {
        var now = Instant.now();
        var token = new JWTClaimsSet.Builder()
                .issuer(state.issuer())
                .subject(user.id().toString())
                .audience(state.applicationId)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .jwtID(UUID.randomUUID().toString())
                .claim("tid", state.tenantId);
        claims.forEach((name, value) -> token.claim(name, value.equals("") ? null : value));
        return state.signer.sign(token.build());
    }

    private Map<String, Object> tokens(Code code) {
        var user = state.users.get(code.session().user());
        var scope = code.request().getOrDefault("scope", "");
        var scopes = Set.of(scope.split(" "));
        var answer = new LinkedHashMap<String, Object>();
        var access = claims(user, code).claim("scope", scope);
        var registration = user.registration(state.applicationId);
        if (!registration.isMissingNode()) {
            access.claim("applicationId", state.applicationId)
                    .claim("roles", List.copyOf(FusionAuthState.strings(registration.path("roles"))));
        }
        var id = claims(user, code);
        if (code.request().containsKey("nonce")) {
            id.claim("nonce", code.request().get("nonce"));
        }
        if (scopes.contains("email") && !user.email().isEmpty()) {
            id.claim("email", user.email()).claim("email_verified", user.isVerified());
        }
        if (scopes.contains("profile")) {
            id.claim("preferred_username", user.login());
            if (!user.name().isEmpty()) {
                id.claim("name", user.name());
            }
        }
        if (scopes.contains("offline_access")) {
            var refreshToken = refreshToken(user, code);
            access.claim("sid", refreshToken.id().toString());
            answer.put("refresh_token", refreshToken.value());
            answer.put("refresh_token_id", refreshToken.id().toString());
        }
        answer.put("access_token", state.signer.sign(access.build()));
        answer.put("id_token", idTokens.apply(state.signer.sign(id.build())));
        answer.put("expires_in", 300);
        answer.put("scope", scope);
        answer.put("token_type", "Bearer");
        answer.put("userId", user.id().toString());
        return answer;
    }

    private FusionAuthState.RefreshToken refreshToken(User user, Code code) {
        var now = Instant.now();
        var device = new LinkedHashMap<String, Object>();
        device.put("type", "BROWSER");
        device.put("name", code.request().getOrDefault("metaData.device.name", code.userAgent()));
        device.put("description", code.request().getOrDefault("metaData.device.description", ""));
        device.put("lastAccessedAddress", code.address());
        device.put("lastAccessedInstant", now.toEpochMilli());
        var token = new FusionAuthState.RefreshToken(
                UUID.randomUUID(),
                state.applicationId,
                user.id(),
                UUID.randomUUID().toString(),
                now,
                device);
        state.refreshTokens.put(token.id(), token);
        return token;
    }

    private JWTClaimsSet.Builder claims(User user, Code code) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(state.issuer())
                .subject(user.id().toString())
                .audience(state.applicationId)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString())
                .claim("tid", state.tenantId)
                .claim("auth_time", code.session().authenticated().getEpochSecond())
                .claim("authenticationType", code.session().how());
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
}
