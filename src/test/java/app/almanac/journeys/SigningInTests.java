package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Getting in, getting out, and what is refused. */
class SigningInTests {

    private static final String EVENTS = "/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void whoIsSentToSignInComesBackToWhereTheyWere() {
        var ana = world.visitor().get("/accounts").signIn("ana@example.com");

        assertThat(ana.at().getPath()).isEqualTo("/accounts");
    }

    @Test
    void theRequestToFusionAuthHasAllThatProtectsIt() {
        var authorize = world.visitor().redirectOf("/login").getQuery();

        assertThat(authorize)
                .contains("response_type=code", "code_challenge_method=S256", "nonce=", "state=")
                .contains("scope=openid email profile offline_access", "rememberDevice=true")
                .contains("redirect_uri=" + world.url() + "/login/oauth2/code/fusionauth");
    }

    @Test
    void twoTabsThatSignInAtOnceBothEndSignedIn() {
        var ana = world.visitor();
        var first = ana.redirectOf("/login");
        var second = ana.redirectOf("/login");

        ana.get(second.toString()).signIn("ana@example.com");
        assertThat(ana.at().getPath()).isEqualTo("/calendar");
        ana.get(first.toString());
        assertThat(ana.at().getPath()).isEqualTo("/calendar");
        assertThat(ana.page().select(".masthead-who").text()).isEqualTo("Ana Alvarez");
    }

    @Test
    void aLostAttemptBeginsAnewOnceAndThenSaysSo() {
        var stranger = world.visitor().get("/login/oauth2/code/fusionauth?code=stolen&state=unknown");
        assertThat(stranger.at().getPath()).isEqualTo("/oauth2/authorize");

        stranger.get("/login/oauth2/code/fusionauth?code=stolen&state=unknown~2");
        assertThat(stranger.status()).isEqualTo(400);
        assertThat(stranger.page().select("[data-problem=expired]")).hasSize(1);
    }

    @Test
    void anAttackersReturnInASignedInBrowserChangesNothing() {
        var ana = world.signedIn("ana@example.com");

        ana.get("/login/oauth2/code/fusionauth?code=attacker&state=attacker");

        assertThat(ana.page().select(".masthead-who").text()).isEqualTo("Ana Alvarez");
    }

    @Test
    void aRedirectThatNamesAnotherIssuerIsRefused() {
        var visitor = world.visitor();
        var state = query(visitor.redirectOf("/login"), "state");

        visitor.get("/login/oauth2/code/fusionauth?code=x&iss=https://evil.example&state=" + state);

        assertThat(visitor.status()).isEqualTo(400);
        assertThat(visitor.page().select("[data-problem=refused]")).hasSize(1);
    }

    @Test
    void whoeverKnewTheSessionBeforeTheSignInDoesNotHaveItAfterwards() {
        var ana = world.visitor().get("/login");
        var known = ana.cookie();

        ana.signIn("ana@example.com");

        assertThat(ana.get(EVENTS).status()).isEqualTo(200);
        assertThat(world.visitor().with(known).get(EVENTS).status()).isEqualTo(401);
    }

    static Stream<Arguments> foreignTokens() {
        var ours = world.sandbox().fusionAuth().applicationId();
        var another = UUID.randomUUID().toString();
        var anHourAgo = Instant.now().minus(Duration.ofHours(1)).getEpochSecond();
        return Stream.of(
                Arguments.of("of another issuer", changed("iss", "http://elsewhere.example")),
                Arguments.of("for another application", changed("aud", another)),
                Arguments.of("for two, and given to neither", changed("aud", List.of(ours, another))),
                Arguments.of("of another sign-in", changed("nonce", another)),
                Arguments.of("that has ended", changed("exp", anHourAgo)),
                Arguments.of("signed by a stranger", signed(JWSAlgorithm.RS256)),
                Arguments.of("signed with a secret", signed(JWSAlgorithm.HS256)),
                Arguments.of(
                        "not signed at all", (UnaryOperator<String>) token -> new PlainJWT(claims(token)).serialize()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreignTokens")
    void nobodyIsSignedInByATokenThatIsNotForThisSignIn(String what, UnaryOperator<String> foreign) {
        world.sandbox().fusionAuth().idTokens(foreign);
        try {
            var visitor = world.signedIn("ana@example.com");

            assertThat(visitor.status()).isEqualTo(400);
            assertThat(visitor.page().select("[data-problem]").attr("data-problem"))
                    .isEqualTo("refused");
            assertThat(visitor.get(EVENTS).status()).isEqualTo(401);
        } finally {
            world.sandbox().fusionAuth().idTokens(UnaryOperator.identity());
        }
    }

    /** Signed by FusionAuth as ever. */
    private static UnaryOperator<String> changed(String claim, Object value) {
        return token -> {
            var claims = new HashMap<>(claims(token).toJSONObject());
            claims.put(claim, value);
            return world.sandbox().fusionAuth().signed(claims);
        };
    }

    /** Under the name of FusionAuth's key. */
    private static UnaryOperator<String> signed(JWSAlgorithm algorithm) {
        return token -> {
            try {
                var key = SignedJWT.parse(token).getHeader().getKeyID();
                var forged = new SignedJWT(
                        new JWSHeader.Builder(algorithm).keyID(key).build(), claims(token));
                forged.sign(
                        algorithm.equals(JWSAlgorithm.HS256)
                                ? new MACSigner(new byte[32])
                                : new RSASSASigner(new RSAKeyGenerator(2048).generate()));
                return forged.serialize();
            } catch (ParseException | JOSEException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static JWTClaimsSet claims(String token) {
        try {
            return SignedJWT.parse(token).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoIsNotRegisteredGetsAPageAndNoSession() {
        var nora = world.signedIn("nora@example.com");

        assertThat(nora.status()).isEqualTo(403);
        assertThat(nora.outcome()).isEqualTo("not-invited");
        assertThat(nora.get("/api/events").status()).isEqualTo(401);
    }

    @Test
    void fusionAuthDownIsACalmPageAndSigningInWorksAsSoonAsItIsBack() {
        var ana = world.visitor();
        var state = query(ana.redirectOf("/login"), "state");
        world.sandbox().fusionAuth().down(true);
        try {
            ana.get("/login/oauth2/code/fusionauth?code=x&state=" + state);
            assertThat(ana.status()).isEqualTo(503);
            assertThat(ana.page().select("[data-problem=unavailable]")).hasSize(1);
        } finally {
            world.sandbox().fusionAuth().down(false);
        }
        assertThat(ana.get("/login").signIn("ana@example.com").at().getPath()).isEqualTo("/calendar");
    }

    @Test
    void signingOutEndsTheSessionTheRefreshTokenAndTheSingleSignOn() {
        var ben = world.signedIn("ben@example.com");
        assertThat(world.sandbox().fusionAuth().devicesOf("ben@example.com")).isEqualTo(1);

        ben.submit(ben.form("/logout"), Map.of());

        assertThat(ben.at()).isEqualTo(world.url().resolve("/"));
        assertThat(world.sandbox().fusionAuth().devicesOf("ben@example.com")).isZero();
        assertThat(ben.get("/calendar").at().getPath()).isEqualTo("/oauth2/authorize");
        assertThat(ben.page().select("input[name=password]")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/calendar?zone=Mars/Base, 400, zone",
        "/calendar?view=year, 400, view",
        "/calendar?date=2026-02-30, 400, date",
        "/calendar?date=0000-01-01, 400, date",
        "/no/such/page, 404, ",
        "/accounts/not-an-id/reconnection, 405, ",
        "/login/problem, 404, "
    })
    void aBadAddressIsNamedCalmly(String address, int status, String parameter) {
        var ana = world.signedIn("ana@example.com").get(address);

        assertThat(ana.status()).isEqualTo(status);
        assertThat(ana.page().select("[data-parameter]").attr("data-parameter"))
                .isEqualTo(parameter == null ? "" : parameter);
        assertThat(ana.page().text()).doesNotContain("Exception", "Whitelabel");
        assertThat(ana.page().select("h1").text()).isNotBlank();
    }

    @Test
    void aPostWithoutItsTokenIsNotAllowed() {
        var ana = world.signedIn("ana@example.com").get("/accounts");
        var form = ana.form("/accounts/connection").clone();
        form.select("input[name=_csrf]").remove();

        assertThat(ana.submit(form, Map.of()).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=x&to=y",
                "from=2026-01-01T00:00:00Z",
                "from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z",
                "from=9999-12-31T00:00:00-05:00&to=9999-12-31T23:59:59-05:00",
                "from=%2B20000-01-01T00:00:00Z&to=%2B20000-01-02T00:00:00Z",
                "from=-0001-01-01T00:00:00Z&to=-0001-01-02T00:00:00Z"
            })
    void theJsonSaysWhatIsWrongWithItsParameters(String query) {
        var ana = world.signedIn("ana@example.com").get("/api/events?" + query);

        assertThat(ana.status()).isEqualTo(400);
        assertThat(ana.page().text()).contains("\"status\":400", "\"parameter\":");
    }

    private static String query(URI address, String name) {
        return java.util.Arrays.stream(address.getRawQuery().split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }
}
