package sandbox;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.lucene.queryparser.classic.ParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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

    private static final String ANOTHER_APPLICATION = "f0000000-0000-4000-8000-000000000002";

    private final FusionAuthState state;
    private final FusionAuthApi api;
    private final SingleSignOn singleSignOn = new SingleSignOn();
    private final TokenIssue tokens;
    private final HostedSignIn signIn;
    private final Federation federation;
    private final HostedRegistration registration;
    private volatile boolean apiDown;

    FusionAuthStandIn(int port, Path kickstart, Map<String, String> environment) {
        super(port);
        state = new FusionAuthState(kickstart, environment);
        api = new FusionAuthApi(state);
        tokens = new TokenIssue(state);
        signIn = new HostedSignIn(state, singleSignOn, tokens, this::completePendingLink);
        federation = new Federation(state, singleSignOn, signIn);
        registration = new HostedRegistration(state, singleSignOn, signIn, url().getPort());
    }

    private void completePendingLink(@Nullable String pending, FusionAuthUsers.User user) {
        federation.completePendingLink(pending, user);
    }

    /**
     * Whether webhooks, lambdas and connectors are given up after the time that the kickstart says. Else it is twenty times
     * as much: a busy machine is slow, and that is no answer of Almanac's.
     */
    public void punctual(boolean is) {
        state.punctual = is;
    }

    /** From now on ID tokens are these, made of those that would be right. */
    public void idTokens(UnaryOperator<String> changed) {
        tokens.idTokens = changed;
    }

    /** Without Elasticsearch or OpenSearch: no questions in the engine's own language. */
    public void databaseAsSearchEngine(boolean is) {
        api.search.databaseEngine = is;
    }

    /** Whether FusionAuth keeps what a reconcile lambda changes. */
    public void lambdaChangesCount(boolean count) {
        federation.lambdaChangesCount = count;
    }

    public HostedLinking hostedLinking() {
        return federation.hostedLinking;
    }

    public void hostedLinking(HostedLinking behaviour) {
        federation.hostedLinking = behaviour;
    }

    public void postOfExistingLink(String behaviour) {
        api.links.existingLink = LinksApi.ExistingLink.valueOf(behaviour);
    }

    /** Whether the lambda's context is the last of five parameters, as documented, or of four, as in the shipped template. */
    public void lambdaContextIsFifth(boolean isFifth) {
        registration.layout = isFifth ? Lambda.Layout.DOCUMENTED : Lambda.Layout.SHIPPED;
    }

    /** Whether signing in registers any user of the tenant where people may register by themselves (issue 2062). */
    public void registersWhoSignsIn(boolean registers) {
        signIn.registersWhoSignsIn = registers;
    }

    /** Whether the address of the registration page fills its form; FusionAuth does not say. */
    public void registrationBindsQuery(boolean binds) {
        registration.bindsQuery = binds;
    }

    public void postOfTakenEntityId(String behaviour) {
        api.entities.takenId = EntitiesApi.TakenId.valueOf(behaviour);
    }

    /** What the entity API answers: WELL, ERROR, GARBLED (no JSON), EMPTY or SOMEBODY_ELSES entity, NO_READS_BY_IDS, NO_DELETIONS. */
    public void entities(String mood) {
        api.entities.mood = EntitiesApi.Mood.valueOf(mood);
    }

    /** How long the entity search takes to see what was written. */
    public void entitySearchLag(Duration lag) {
        api.entities.lag = lag;
    }

    /** Every stored entity, as JSON. */
    public List<String> storedEntities() {
        return api.entities.stored();
    }

    /** An access token as FusionAuth issues one for some application of the tenant; an empty claim is left out. */
    public String accessToken(String email, Duration life, Map<String, Object> claims) {
        return tokens.access(state.called(email).orElseThrow(), life, claims);
    }

    /** How the people in the kickstart sign in. */
    public List<String> cast() {
        return state.users.all().stream()
                .map(FusionAuthUsers.User::login)
                .sorted()
                .toList();
    }

    public UUID idOf(String email) {
        return state.called(email).orElseThrow().id();
    }

    /** People sign in, but the API closes every connection without an answer. */
    public void apiDown(boolean isDown) {
        apiDown = isDown;
    }

    /** Somebody new, registered for Almanac, with everybody's password. */
    public void newcomer(String email, boolean verified, String... roles) {
        state.users.newcomer(email, verified, List.of(roles));
    }

    /** The roles of somebody's registration for Almanac. */
    public Set<String> rolesOf(String email) {
        return FusionAuthState.strings(registrationOf(email).path("roles"));
    }

    /** {@code registration.data} as JSON. */
    public String registrationDataOf(String email) {
        return registrationOf(email).path("data").toString();
    }

    /** As an administrator of FusionAuth does there; {@code data} is {@code registration.data} as JSON. */
    public void change(String email, Set<String> roles, String data) {
        state.users.changeRegistration(state.called(email).orElseThrow(), roles, data);
    }

    public void verified(String email, boolean verified) {
        var user = state.called(email).orElseThrow();
        var json = user.json().deepCopy();
        json.put("verified", verified);
        state.users.put(user.id(), json);
    }

    private JsonNode registrationOf(String email) {
        return state.called(email).orElseThrow().registration(state.applicationId);
    }

    /** One refresh token of Almanac that somebody has. */
    public UUID refreshTokenOf(String email) {
        var id = idOf(email);
        return state.refreshTokens.values().stream()
                .filter(token -> token.user().equals(id) && state.applicationId.equals(token.application()))
                .findFirst()
                .orElseThrow()
                .id();
    }

    /** Whether the search engine finds a code among somebody's now. */
    public boolean searchFinds(String code) {
        try {
            return !state.search
                    .find("data.inviteCodes.invcode:\"" + code + "\"", 1)
                    .isEmpty();
        } catch (ParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Where the webhooks of the kickstart go from now on. */
    public void sendEventsTo(URI address) {
        var webhook = Json.MAPPER.createObjectNode();
        webhook.putObject("webhook").put("url", address.toString());
        state.configuredAt("/api/webhook").keySet().forEach(id -> state.configure("/api/webhook/" + id, webhook));
    }

    /** Somebody registers for another application of the tenant, where nobody asks for an invitation. */
    public boolean registersElsewhere(String email) {
        return registers(email, ANOTHER_APPLICATION);
    }

    /** Somebody is registered for that application too. */
    public void registerElsewhere(String email) {
        var registration = Json.MAPPER.createObjectNode().put("applicationId", ANOTHER_APPLICATION);
        state.users.create(idOf(email), Json.MISSING, registration);
    }

    /** Those that somebody is registered for. */
    public List<String> applicationsOf(String email) {
        return state.called(email)
                .orElseThrow()
                .json()
                .path("registrations")
                .valueStream()
                .map(registration -> registration.path("applicationId").asString(""))
                .toList();
    }

    /** Somebody is registered for Almanac by an administrator. */
    public boolean registersForAlmanac(String email) {
        return registers(email, state.applicationId);
    }

    private boolean registers(String email, String application) {
        var user = Json.MAPPER.createObjectNode().put("email", email).put("password", "a long password");
        var registration = Json.MAPPER.createObjectNode().put("applicationId", application);
        return state.users.create(null, user, registration) instanceof FusionAuthUsers.Created.Made;
    }

    /** How many refresh tokens of Almanac somebody has: their devices. */
    public int devicesOf(String email) {
        var id = idOf(email);
        return (int) state.refreshTokens.values().stream()
                .filter(token -> token.user().equals(id))
                .filter(token -> state.applicationId.equals(token.application()))
                .count();
    }

    /** Whose a Google account is, by its {@code sub}; the owner's address. */
    public Map<String, String> owners() {
        var owners = new LinkedHashMap<String, String>();
        for (var link : state.links()) {
            if (link.identityProvider().equals(state.identityProviderId)) {
                owners.put(link.sub(), state.users.get(link.user()).login());
            }
        }
        return owners;
    }

    public void link(String email, String sub, String displayName, String token) {
        var now = Instant.now();
        state.link(new FusionAuthState.Link(state.identityProviderId, sub, idOf(email), displayName, token, now, now));
    }

    public void removeLink(String sub) {
        state.unlink(state.identityProviderId, sub);
    }

    /** As a later login without a refresh token does to a link in some versions. */
    public void blankToken(String sub) {
        var link = state.link(state.identityProviderId, sub);
        if (link != null) {
            state.link(new FusionAuthState.Link(
                    link.identityProvider(),
                    sub,
                    link.user(),
                    link.displayName(),
                    "",
                    link.inserted(),
                    link.lastLogin()));
        }
    }

    /** Locks somebody's user, or unlocks it. */
    public void lock(String email, boolean locked) {
        var user = state.called(email).orElseThrow();
        var json = user.json().deepCopy();
        json.put("active", !locked);
        state.users.put(user.id(), json);
    }

    /** Takes somebody's registration for Almanac away. */
    public void unregister(String email) {
        registered(email, null);
    }

    /** Gives somebody exactly these roles of Almanac's, and a registration if they have none. */
    public void register(String email, Set<String> roles) {
        registered(email, roles);
    }

    private void registered(String email, @Nullable Set<String> roles) {
        var user = state.called(email).orElseThrow();
        var json = user.json().deepCopy();
        var kept = json.putArray("registrations");
        var found = Json.MAPPER.createObjectNode().put("applicationId", state.applicationId);
        for (var registration : user.json().path("registrations")) {
            if (registration.path("applicationId").asString("").equals(state.applicationId)) {
                found = ((ObjectNode) registration).deepCopy();
            } else {
                kept.add(registration);
            }
        }
        if (roles != null) {
            roles.forEach(found.putArray("roles")::add);
            kept.add(found);
        }
        state.users.put(user.id(), json);
    }

    /** Everybody's single sign-on sessions are over, as after a restart without "keep me signed in". */
    public void endSingleSignOn() {
        singleSignOn.endAll();
    }

    /** Lets every so manieth revocation of a refresh token fail; zero: none. */
    public void refuseEveryRevocation(int soManieth) {
        api.refreshTokens.refusing = soManieth;
    }

    /** Whether somebody's refresh tokens cannot be listed, while all else works. */
    public void refreshTokensListed(boolean listed) {
        api.refreshTokens.listingDown = !listed;
    }

    /** A refresh token that no browser of Almanac's has; {@code application} is null for a single sign-on session. */
    public UUID issueRefreshToken(String email, @Nullable String application) {
        var token = new FusionAuthState.RefreshToken(
                UUID.randomUUID(),
                application,
                idOf(email),
                UUID.randomUUID().toString(),
                Instant.now(),
                Map.of("name", "macOS Safari", "type", "BROWSER"));
        state.refreshTokens.put(token.id(), token);
        return token.id();
    }

    public String applicationId() {
        return state.applicationId;
    }

    /** As an administrator, or a new password, does: all of somebody's refresh tokens of Almanac are gone. */
    public void revokeDevices(String email) {
        var id = idOf(email);
        state.refreshTokens
                .values()
                .removeIf(token -> token.user().equals(id) && state.applicationId.equals(token.application()));
    }

    /** A webhook of this address for these events, beside those that the kickstart configures. */
    public void webhook(URI address, String token, List<String> transactional, List<String> others) {
        state.events.configure(address, token, transactional, others);
    }

    /** Events of these types get lost from now on; of none when none is named. */
    public void loseEvents(String... types) {
        state.events.lost.clear();
        state.events.lost.addAll(List.of(types));
    }

    /** The header with which a webhook's body comes. */
    public String signatureOf(byte[] body) {
        return state.events.signature(body);
    }

    /** A token with these claims, signed as all of ours are. */
    public String signed(Map<String, Object> claims) {
        var set = new JWTClaimsSet.Builder();
        claims.forEach(set::claim);
        return state.signer.sign(set.build());
    }

    /** Signs with a new key from now on; the old one stays published. */
    public void rotateSigningKey(String id) {
        state.signer.rotate(id);
    }

    /** What FusionAuth keeps of somebody: {@code user.data}, as JSON. */
    public String dataOf(String email) {
        return state.called(email).orElseThrow().json().path("data").toString();
    }

    /** As another writer of {@code user.data} does to a key when two write at once. */
    public void overwriteData(String email, String key) {
        var user = state.called(email).orElseThrow();
        var json = user.json().deepCopy();
        ((ObjectNode) json.path("data")).remove(key);
        state.users.put(user.id(), json);
    }

    /** A user made by the Registration API, as an administrator or another program does; whether it was let be. */
    public boolean createByApi(String email, String inviteCode) {
        var user = Json.MAPPER.createObjectNode().put("email", email).put("password", "a long password");
        user.putObject("data");
        if (!inviteCode.isEmpty()) {
            user.putObject("data").put("inviteCode", inviteCode);
        }
        var registration = Json.MAPPER.createObjectNode().put("applicationId", state.applicationId);
        return state.users.create(null, user, registration) instanceof FusionAuthUsers.Created.Made;
    }

    /** Who is there by which code, as {@code user.data.inviteCode} has it. */
    public Map<String, List<UUID>> usersByInviteCode() {
        return state.users.all().stream()
                .filter(user -> user.json().path("data").hasNonNull("inviteCode"))
                .collect(Collectors.groupingBy(
                        user -> user.json().path("data").path("inviteCode").asString(),
                        Collectors.mapping(FusionAuthUsers.User::id, Collectors.toList())));
    }

    /** Whether there is a user with this address, registered for Almanac. */
    public boolean isRegistered(String email) {
        return state.called(email)
                .filter(user -> !user.registration(state.applicationId).isMissingNode())
                .isPresent();
    }

    @Override
    void answer(Exchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/oauth2/authorize" -> authorize(exchange);
            case "/oauth2/register" -> registration.answer(exchange);
            case "/oauth2/token" -> tokens.answer(exchange);
            case "/oauth2/callback" -> federation.comeBack(exchange, callback());
            case "/oauth2/logout" -> logout(exchange);
            case "/.well-known/jwks.json" -> exchange.json(200, state.signer.publicKeys());
            case "/api/status" -> exchange.json(200, Map.of());
            default -> {
                if (apiDown) {
                    exchange.drop();
                } else if (exchange.path().startsWith("/api/")) {
                    api.answer(exchange);
                } else if (exchange.path().equals("/" + state.tenantId + "/.well-known/openid-configuration")) {
                    exchange.json(200, Map.of("issuer", state.issuer()));
                } else {
                    exchange.empty(404);
                }
            }
        }
    }

    /** From now on calls and answers are not compared with FusionAuth's published description, which takes time. */
    public void unchecked() {
        api.described = false;
    }

    /** The calls to the API, and its answers, that were not as FusionAuth's published description has them. */
    Set<String> violations() {
        OpenApi.finish();
        return api.violations;
    }

    /** Changes what the kickstart configured at an address such as {@code /api/application/{id}}, arrays replaced. */
    public void reconfigure(String address, String json) {
        state.reconfigure(address, json);
    }

    /** Takes a right of Almanac's key away. */
    public void withhold(String key, String path, String method) {
        state.withhold(key, path, method);
    }

    private void authorize(Exchange exchange) throws IOException {
        var request = exchange.method().equals("POST") ? exchange.form() : exchange.query();
        var problem = signIn.problem(request);
        var session = singleSignOn.current(exchange);
        if (session != null && !state.users.get(session.user()).isActive()) {
            session = null;
        }
        var forced = request.getOrDefault("prompt", "").contains("login");
        var hint = request.getOrDefault("idp_hint", "");
        if (problem != null) {
            exchange.page(400, "Invalid request", "<p>" + problem + "</p>");
        } else if (exchange.method().equals("POST")) {
            signIn.submit(exchange, request);
        } else if (session != null && (!forced || hostedLinking() == HostedLinking.SESSION_WINS)) {
            signIn.sendBack(exchange, session, request);
        } else if (federation.knows(hint)) {
            federation.leave(exchange, hint, request, callback());
        } else {
            signIn.show(exchange, request, "");
        }
    }

    private void logout(Exchange exchange) throws IOException {
        singleSignOn.end(exchange);
        var back = exchange.query().get("post_logout_redirect_uri");
        exchange.redirect(URI.create(
                back != null && state.isAuthorized(back)
                        ? back
                        : state.oauth().path("logoutURL").asString()));
    }

    private URI callback() {
        return url().resolve("/oauth2/callback");
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
