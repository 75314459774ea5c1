package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.HOME;
import static app.almanac.journeys.BrokenWorld.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sandbox.FaultProxy.Fault;

/** While FusionAuth is broken. */
class FusionAuthFaultTests extends FaultTable {

    static Stream<Arguments> ofFusionAuth() {
        return rows("{}", "{}");
    }

    /** Where one way of each kind will do. */
    static Stream<Arguments> ofFusionAuthInShort() {
        return ofFusionAuth()
                .filter(row -> List.of("reset", "hang", "503", "401", "html").contains(row.get()[0]));
    }

    static Stream<Arguments> ofSignIn() {
        return rows("{\"error\":\"invalid_client\"}", "{\"error\":\"access_denied\"}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofSignIn")
    void whileFusionAuthsTokenEndpointIsBrokenNobodyIsSignedInAndThePageSaysSo(String name, Fault fault) {
        fairly(() -> {
            broken.fusionAuth().breaking(call -> call.is("POST", "/oauth2/token"), fault);
            var visitor = broken.world().visitor().get("/login");

            whileBenReads(() -> visitor.signIn("ana@example.com"));

            isToldToWait(visitor);
            assertThat(visitor.get(EVENTS).status()).isEqualTo(401);
        });
    }

    /** An instance that has just started has no keys yet. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuth")
    void whileTheSigningKeysCannotBeFetchedNobodyIsSignedInAndThePageSaysSo(String name, Fault fault) {
        fairly(() -> {
            broken.world().restart();
            ben.get("/calendar"); // whoever comes first to an instance waits for it to get warm
            broken.fusionAuth().breaking(call -> call.is("GET", "/jwks.json"), fault);
            var asked = broken.fusionAuth().count("/jwks.json");
            var visitor = broken.world().visitor().get("/login");

            whileBenReads(() -> visitor.signIn("ana@example.com"));

            isToldToWait(visitor);
            assertThat(broken.fusionAuth().count("/jwks.json")).isGreaterThan(asked);
        });
    }

    /** Once, since keys are asked for at most every 30 seconds. */
    @Test
    void aNewSigningKeyThatCannotBeFetchedLetsNobodyInUntilItCan() {
        fairly(() -> {
            broken.world().sandbox().fusionAuth().rotateSigningKey("new " + UUID.randomUUID());
            broken.fusionAuth().breaking(call -> call.is("GET", "/jwks.json"), Fault.hang());
            var asked = broken.fusionAuth().count("/jwks.json");
            var visitor = broken.world().visitor().get("/login");

            whileBenReads(() -> visitor.signIn("ana@example.com"));

            isToldToWait(visitor);
            assertThat(broken.fusionAuth().count("/jwks.json")).isGreaterThan(asked);
            broken.heal(Duration.ZERO);
            Wait.until(() ->
                    broken.world().signedIn("ana@example.com").at().getPath().equals("/calendar"));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuth")
    void withoutLinksTheOldEventsAreShownAndNobodyIsAskedToReconnect(String name, Fault fault) {
        fairly(() -> {
            var page = readBefore();
            var id = broken.world()
                    .sandbox()
                    .fusionAuth()
                    .idOf("ana@example.com")
                    .toString();
            broken.fusionAuth()
                    .breaking(call -> call.is("GET", "/identity-provider/link") && call.is("GET", id), fault);

            whileBenReads(() -> ana.get(page));

            assertThat(ana.accounts()).containsEntry(HOME, "unreachable").containsEntry(WORK, "unreachable");
            assertThat(ana.page().text()).contains("Stand-up", "as of");
            assertThat(ana.page().select("form[action$=/reconnection]")).isEmpty();
            recoversWithin30Seconds(page);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuth")
    void somebodyWhoSignsOutIsOutWhateverBecomesOfTheRefreshToken(String name, Fault fault) {
        fairly(() -> {
            var visitor = broken.world().signedIn("ana@example.com").get("/accounts");
            broken.fusionAuth().breaking(call -> call.is("DELETE", "/api/jwt/refresh"), fault);

            whileBenReads(() -> visitor.submit(visitor.form("/logout"), Map.of()));

            assertThat(visitor.status()).isEqualTo(200);
            assertThat(visitor.at().getPath()).isEqualTo("/");
            assertThat(visitor.get(EVENTS).status()).isEqualTo(401);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuthInShort")
    void whoCannotBeToldWhereTheyAreSignedInIsShownWhatWasLastKnownAndGoesOn(String name, Fault fault) {
        fairly(() -> {
            var visitor = broken.world().signedIn("ana@example.com");
            broken.fusionAuth().breaking(call -> call.is("GET", "/api/jwt/refresh"), fault);

            whileBenReads(() -> visitor.get("/devices"));

            assertThat(visitor.status()).isEqualTo(200);
            assertThat(visitor.page().select("[data-device][data-current]")).hasSize(1);
            assertThat(visitor.page().select("main [role=status]").text()).isNotBlank();
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuthInShort")
    void aSignInDoesNotDependOnTheListOfRefreshTokens(String name, Fault fault) {
        fairly(() -> {
            broken.fusionAuth().breaking(call -> call.is("GET", "/api/jwt/refresh"), fault);
            var visitor = broken.world().visitor().get("/login");

            whileBenReads(() -> visitor.signIn("tess@school.example"));

            assertThat(visitor.status()).isEqualTo(200);
            assertThat(visitor.at().getPath()).isEqualTo("/calendar");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuthInShort")
    void whoReadsGoesOnReadingWhileFusionAuthDoesNotSayHowTheyStand(String name, Fault fault) {
        fairly(() -> {
            var id = broken.world()
                    .sandbox()
                    .fusionAuth()
                    .idOf("ana@example.com")
                    .toString();
            broken.fusionAuth().breaking(call -> call.is("GET", "/api/user/" + id), fault);

            whileBenReads(() -> ana.get("/accounts"));

            assertThat(ana.status()).isEqualTo(200);
            isHealthy(ana, HOME);
            isHealthy(ana, WORK);
        });
    }

    /** Nobody listens, or nobody answers: all of FusionAuth, so that Ben would notice as well. */
    @ParameterizedTest
    @ValueSource(strings = {"refuses connections", "hangs"})
    void withoutAllOfFusionAuthReadersReadTheOldEventsAndWhoLeavesIsOut(String how) {
        fairly(() -> {
            var newcomer = broken.world().visitor().get("/login");
            var leaving = broken.world().signedIn("ana@example.com").get("/accounts");
            var page = readBefore();
            isGone(broken.fusionAuth(), how);

            within(IN_TIME, () -> newcomer.signIn("ana@example.com"));
            within(IN_TIME, () -> ana.get(page));
            within(IN_TIME, () -> leaving.submit(leaving.form("/logout"), Map.of()));

            assertThat(newcomer.status()).isEqualTo(503);
            assertThat(ana.accounts()).containsEntry(HOME, "unreachable").containsEntry(WORK, "unreachable");
            assertThat(ana.page().text()).contains("Stand-up", "as of");
            assertThat(leaving.status()).isEqualTo(200);
            assertThat(leaving.at().getPath()).isEqualTo("/");
            recoversWithin30Seconds(page);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofFusionAuth")
    void aConnectionThatFusionAuthDoesNotKeepIsToldAndLeavesNothingBehind(String name, Fault fault) {
        fairly(() -> {
            var tess = broken.world().signedIn("tess@school.example").connect("direct");
            broken.fusionAuth().breaking(call -> call.is("POST", "/identity-provider/link"), fault);

            whileBenReads(() -> tess.chooseAndAllow(CLUB));

            assertThat(tess.outcome()).isEqualTo("unavailable");
            broken.fusionAuth().healthy();
            assertThat(tess.get("/accounts").accounts()).isEmpty();
        });
    }

    /** Without the links nobody knows what to withdraw at Google. */
    @Test
    void aDisconnectionWhileTheLinksCannotBeReadIsToldAndChangesNothing() {
        fairly(() -> {
            broken.link("tess@school.example", CLUB);
            var tess = broken.world().signedIn("tess@school.example").get("/accounts");
            var form = tess.form("/disconnection");
            broken.fusionAuth()
                    .breaking(call -> call.is("GET", "/identity-provider/link"), Fault.status(503, "", "{}"));

            within(IN_TIME, () -> tess.submit(form, Map.of()));

            assertThat(tess.outcome()).isEqualTo("unavailable");
            assertThat(broken.world().sandbox().google().hasGrant(CLUB)).isTrue();
            broken.fusionAuth().healthy();
            tess.get("/accounts");
            tess.submit(tess.form("/disconnection"), Map.of());
            assertThat(tess.outcome()).isEqualTo("disconnected");
        });
    }

    private static void isToldToWait(Visitor visitor) {
        assertThat(visitor.status()).isEqualTo(503);
        assertThat(visitor.header("Retry-After")).isNotBlank();
        assertThat(visitor.page().select("[data-problem]").attr("data-problem")).isEqualTo("unavailable");
    }
}
