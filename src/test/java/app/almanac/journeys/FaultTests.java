package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.BENS;
import static app.almanac.journeys.BrokenWorld.HOME;
import static app.almanac.journeys.BrokenWorld.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sandbox.DatabaseProxy;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Call;
import sandbox.FaultProxy.Fault;

/**
 * Every upstream and every way it can break: what the person sees, within two seconds, while somebody else who reads at
 * the same moment notices nothing. The table in docs/operations.md names what is tried here and what elsewhere.
 */
class FaultTests {

    private static final Duration IN_TIME = Duration.ofSeconds(2);
    /** Five megabytes are read, twice where a call is repeated; the rest is in the network's buffers. */
    private static final long NOT_EVERYTHING = 32 << 20;

    private static final String CLUB = "ana.club@club.example";
    private static final String EVENTS = "/api/events?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final AtomicLong READ = new AtomicLong();

    private static BrokenWorld broken;
    private static Visitor ana;
    private static Visitor ben;
    private static int pages;

    @BeforeAll
    static void start() {
        broken = new BrokenWorld();
        ana = broken.world().signedIn("ana@example.com");
        ben = broken.world().signedIn("ben@example.com");
        ana.get("/calendar");
        ben.get("/calendar");
    }

    @AfterAll
    static void stop() {
        broken.close();
    }

    private static void allIsWell() {
        broken.heal(Duration.ofMinutes(2));
        READ.set(0);
    }

    /** The ways of an HTTP upstream; 401 and 403 are in the words that this upstream would use. */
    private static Map<String, Fault> faults(String unauthorized, String forbidden) {
        var faults = new LinkedHashMap<String, Fault>();
        faults.put("reset", Fault.reset());
        faults.put("hang", Fault.hang());
        faults.put("drip", Fault.drip());
        faults.put("500", Fault.status(500, "", "{}"));
        faults.put("503", Fault.status(503, "", "<html>busy</html>"));
        faults.put("429", Fault.status(429, "Retry-After: 7\r\n", "{}"));
        faults.put("401", Fault.status(401, "", unauthorized));
        faults.put("403", Fault.status(403, "", forbidden));
        faults.put("html", Fault.html());
        faults.put("truncated", Fault.truncated());
        faults.put("huge", Fault.huge(READ));
        return faults;
    }

    private static Stream<Arguments> rows(String unauthorized, String forbidden) {
        return faults(unauthorized, forbidden).entrySet().stream()
                .map(fault -> Arguments.of(fault.getKey(), fault.getValue()));
    }

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

            assertThat(visitor.status()).isEqualTo(503);
            assertThat(visitor.header("Retry-After")).isNotBlank();
            assertThat(visitor.page().select("[data-problem]").attr("data-problem"))
                    .isEqualTo("unavailable");
            assertThat(visitor.get(EVENTS).status()).isEqualTo(401);
        });
    }

    /** Once, since keys are asked for at most every 30 seconds; every fault is in SigningKeysTests. */
    @Test
    void aNewSigningKeyThatCannotBeFetchedLetsNobodyInUntilItCan() {
        fairly(() -> {
            broken.world().sandbox().fusionAuth().rotateSigningKey("new " + UUID.randomUUID());
            broken.fusionAuth().breaking(call -> call.is("GET", "/jwks.json"), Fault.hang());
            var asked = broken.fusionAuth().count("/jwks.json");
            var visitor = broken.world().visitor().get("/login");

            whileBenReads(() -> visitor.signIn("ana@example.com"));

            assertThat(visitor.status()).isEqualTo(503);
            assertThat(visitor.header("Retry-After")).isNotBlank();
            assertThat(visitor.page().select("[data-problem]").attr("data-problem"))
                    .isEqualTo("unavailable");
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

    @Test
    void whileGoogleRefusesConnectionsTheOldEventsAreShownAndAConnectionIsToldToWait() {
        fairly(() -> {
            broken.link("ana@example.com", WORK);
            var tess = broken.world().signedIn("tess@school.example").connect("direct");
            var page = readBefore();
            isGone(broken.google(), "refuses connections");

            within(IN_TIME, () -> ana.get(page));
            within(IN_TIME, () -> tess.chooseAndAllow(CLUB));

            assertThat(ana.accounts()).containsEntry(HOME, "unreachable").containsEntry(WORK, "unreachable");
            assertThat(ana.page().text()).contains("Stand-up", "as of");
            assertThat(tess.outcome()).isEqualTo("unavailable");
            recoversWithin30Seconds(page);
        });
    }

    private static void isGone(FaultProxy upstream, String how) {
        if (how.equals("hangs")) {
            upstream.breaking(call -> true, Fault.hang());
        } else {
            upstream.refuse();
        }
    }

    static Stream<Arguments> ofGoogleToken() {
        return Stream.concat(
                faults("{\"error\":\"invalid_client\"}", "{\"error\":\"forbidden\"}").entrySet().stream()
                        .map(fault -> Arguments.of(fault.getKey(), fault.getValue(), late(fault.getKey()))),
                Stream.of(
                        Arguments.of(
                                "400 invalid_grant",
                                Fault.status(400, "", "{\"error\":\"invalid_grant\"}"),
                                "reconnect-needed"),
                        Arguments.of(
                                "403 admin_policy_enforced",
                                Fault.status(403, "", "{\"error\":\"admin_policy_enforced\"}"),
                                "reconnect-needed")));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("ofGoogleToken")
    void anAccountWhoseTokenIsNotRefreshedShowsItsOldEvents(String name, Fault fault, String state) {
        fairly(() -> {
            var token = broken.link("ana@example.com", WORK);
            var page = readBefore();
            broken.world().sandbox().google().expireAccessTokens(WORK);
            var inForm = URLEncoder.encode(token, StandardCharsets.UTF_8);
            broken.google()
                    .breaking(
                            call -> call.is("POST", "/token") && call.body().contains("refresh_token=" + inForm),
                            fault);

            whileBenReads(() -> ana.get(page));

            theOldEventsOfWorkAre(state);
            recovers(name, state, page);
        });
    }

    static Stream<Arguments> ofCalendars() {
        return Stream.concat(
                faults(reason(401, "authError"), reason(403, "insufficientPermissions")).entrySet().stream()
                        .map(fault -> Arguments.of(
                                fault.getKey(),
                                fault.getValue(),
                                switch (fault.getKey()) {
                                    case "401" -> "reconnect-needed";
                                    case "403" -> "calendar-permission-missing";
                                    default -> late(fault.getKey());
                                })),
                Stream.of(
                        Arguments.of("403 quota", Fault.status(403, "", reason(403, "quotaExceeded")), "unreachable"),
                        Arguments.of(
                                "403 API disabled",
                                Fault.status(403, "", reason(403, "accessNotConfigured")),
                                "unreachable")));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("ofCalendars")
    void anAccountWhoseCalendarListCannotBeReadShowsItsOldEvents(String name, Fault fault, String state) {
        fairly(() -> {
            broken.link("ana@example.com", WORK);
            var page = readBefore();
            broken.google().breaking(call -> call.is("GET", "/calendarList") && isOfWork(call), fault);

            whileBenReads(() -> ana.get(page));

            theOldEventsOfWorkAre(state);
            recovers(name, state, page);
        });
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("ofCalendars")
    void anAccountWhoseEventsCannotBeReadShowsItsOldOnes(String name, Fault fault, String state) {
        fairly(() -> {
            broken.link("ana@example.com", WORK);
            var page = readBefore();
            broken.google().breaking(call -> call.is("GET", "/events") && isOfWork(call), fault);

            whileBenReads(() -> ana.get(page));

            theOldEventsOfWorkAre(state);
            recovers(name, state, page);
        });
    }

    static Stream<Arguments> ofGoogleCode() {
        return Stream.concat(
                rows("{\"error\":\"invalid_client\"}", "{\"error\":\"forbidden\"}"),
                Stream.of(Arguments.of(
                        "403 admin_policy_enforced", Fault.status(403, "", "{\"error\":\"admin_policy_enforced\"}"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofGoogleCode")
    void aConnectionThatGoogleDoesNotCompleteIsToldAndLeavesNothingBehind(String name, Fault fault) {
        fairly(() -> {
            var tess = broken.world().signedIn("tess@school.example").connect("direct");
            broken.google()
                    .breaking(call -> call.is("POST", "/token") && call.body().contains("authorization_code"), fault);

            whileBenReads(() -> tess.chooseAndAllow(CLUB));

            assertThat(tess.outcome()).isEqualTo("unavailable");
            assertThat(tess.accounts()).isEmpty();
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

    @Test
    void whatWasBegunWithTheOldConsentIsNeitherWaitedForNorKeptAfterAReconnection() {
        fairly(() -> {
            broken.link("tess@school.example", CLUB);
            var tess = broken.world().signedIn("tess@school.example");
            var goOn = new CountDownLatch(1);
            var answered = new CountDownLatch(1);
            broken.google().breaking(call -> call.is("GET", "/events"), client -> {
                try {
                    goOn.await();
                    Fault.status(200, "", ghost()).answer(client);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    answered.countDown();
                }
            });
            assertThat(tess.get("/calendar").accounts()).containsEntry(CLUB, "loading");
            broken.google().healthy();

            tess.connect("direct").chooseAndAllow(CLUB);
            assertThat(tess.outcome()).isEqualTo("reconnected");
            isHealthy(tess.get("/calendar"), CLUB);

            broken.google().breaking(call -> call.is("GET", "/events"), Fault.status(503, "", "{}"));
            goOn.countDown();
            Wait.until(() -> answered.getCount() == 0);
            for (int i = 0; i < 5; i++) {
                assertThat(tess.get("/calendar").accounts()).containsEntry(CLUB, "unreachable");
                assertThat(tess.page().text()).doesNotContain("Ghost");
            }
            broken.google().healthy();
            tess.get("/accounts");
            tess.submit(tess.form("/disconnection"), Map.of());
            assertThat(tess.outcome()).isEqualTo("disconnected");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HEALTHY")
    void withoutPostgresqlEverybodyGetsACalmPageAndIsStillSignedInAfterwards(DatabaseProxy.Behaviour behaviour) {
        fairly(() -> {
            broken.database().behave(behaviour);

            within(IN_TIME, () -> ana.get("/calendar"));

            assertThat(ana.status()).isEqualTo(503);
            assertThat(ana.header("Retry-After")).isNotBlank();
            assertThat(ana.header("X-Request-Id")).isNotBlank();
            assertThat(ana.page().select("h1").text()).isNotBlank();
            broken.heal(Duration.ZERO);
            within(Duration.ofSeconds(30), () -> {
                while (ana.get("/calendar").status() != 200) {
                    Thread.onSpinWait();
                }
            });
            assertThat(ana.at().getPath()).isEqualTo("/calendar");
            assertThat(ana.accounts()).containsEntry(HOME, "connected");
        });
    }

    /** What hangs or drips may take longer here: a change may have to wait for a lock. */
    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "TRUNCATED", "TOO_MANY_CONNECTIONS"})
    void withoutPostgresqlASignInAChangeAndAScriptAreToldToWaitToo(DatabaseProxy.Behaviour behaviour) {
        fairly(() -> {
            var rename = ana.get("/devices").form("/name");
            var newcomer = broken.world().visitor();
            var again = ana.tab();
            var script = ana.tab();

            whilePostgresql(behaviour, () -> {
                within(IN_TIME, () -> newcomer.get("/login"));
                within(IN_TIME, () -> again.get("/login"));
                within(IN_TIME, () -> ana.submit(rename, Map.of("name", "Another name")));
                within(IN_TIME, () -> script.get(EVENTS));
            });

            for (var visitor : List.of(newcomer, again, ana, script)) {
                assertThat(visitor.status()).isEqualTo(503);
                assertThat(visitor.header("Retry-After")).isNotBlank();
            }
            for (var visitor : List.of(newcomer, again, ana)) {
                assertThat(visitor.header("X-Request-Id")).isNotBlank();
                assertThat(visitor.page().select("h1").text()).isNotBlank();
                assertThat(visitor.page().select("link[rel=stylesheet]")).isNotEmpty();
            }
            assertThat(script.header("Content-Type")).startsWith("application/problem+json");
        });
    }

    /** The lambda waits for half a second, FusionAuth for two; here is what a busy machine keeps. */
    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "HANG", "DRIP"})
    void withoutPostgresqlMachinesAreToldSoAndNothingStaysAtWork(DatabaseProxy.Behaviour behaviour) {
        fairly(() -> {
            var token = broken.world().sandbox().settings().get("LAMBDA_TOKEN");
            var reservation = machine("/fusionauth/invitations/reservations")
                    .header("Authorization", "Bearer " + token)
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"code":"zzzzzzzzzzzzzzzz","email":"somebody@example.com",
                             "applicationId":"a1a2a3a4-0000-4000-8000-000000000002"}"""));
            assertThat(status(reservation)).isEqualTo(200);
            assertThat(status(event())).isEqualTo(204);
            var event = event();

            whilePostgresql(behaviour, () -> {
                within(
                        Duration.ofSeconds(1),
                        () -> assertThat(status(reservation)).isEqualTo(503));
                within(Duration.ofSeconds(4), () -> assertThat(status(event)).isEqualTo(503));
            });

            assertThat(status(event)).isEqualTo(204);
        });
    }

    /** Leaves it well for whoever comes next. */
    private static void whilePostgresql(DatabaseProxy.Behaviour behaviour, Runnable steps) {
        broken.database().behave(behaviour);
        try {
            steps.run();
        } finally {
            broken.heal(Duration.ZERO);
            Wait.until(() -> broken.world().visitor().get("/login").status() == 200);
        }
    }

    private static HttpRequest.Builder machine(String path) {
        return HttpRequest.newBuilder(broken.world().url().resolve(path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1));
    }

    private static int status(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
                .join()
                .statusCode();
    }

    /** That somebody new was registered, as FusionAuth sends it. */
    private static HttpRequest.Builder event() {
        var body = """
                {"event":{"id":"%s","type":"user.registration.create.complete","createInstant":%d,"info":{},
                "tenantId":"a1a2a3a4-0000-4000-8000-000000000001","applicationId":"a1a2a3a4-0000-4000-8000-000000000002",
                "registration":{"applicationId":"a1a2a3a4-0000-4000-8000-000000000002"},
                "user":{"id":"%s","email":"somebody@example.com","data":{}}}}""".formatted(
                        UUID.randomUUID(), broken.world().clock().instant().toEpochMilli(), UUID.randomUUID());
        var sandbox = broken.world().sandbox();
        return machine("/fusionauth/events")
                .header("X-Hook-Token", String.valueOf(sandbox.settings().get("HOOK_TOKEN")))
                .header(
                        "X-FusionAuth-Signature-JWT",
                        sandbox.fusionAuth().signatureOf(body.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** A step took too long, or somebody whose upstream is well had to wait: a matter of the machine's time. */
    private static final class TooSlow extends AssertionError {

        private static final long serialVersionUID = 1L;

        TooSlow(String what) {
            super(what);
        }
    }

    /**
     * Up to three times where it was too slow: a machine that stands still for a second while others build on it is no
     * fault of Almanac's, and a fault of Almanac's does not go away. A wrong state is told at once.
     */
    private static void fairly(Runnable test) {
        for (int tries = 1; ; tries++) {
            allIsWell();
            try {
                test.run();
                return;
            } catch (TooSlow e) {
                if (tries == 3) {
                    throw e;
                }
            }
        }
    }

    /** Whom a slow machine kept waiting is "loading" or "unreachable"; any other state is wrong. */
    private static void isHealthy(Visitor reader, String account) {
        var state = reader.accounts().get(account);
        if ("loading".equals(state) || "unreachable".equals(state)) {
            throw new TooSlow(account + " is well, and is shown as " + reader.accounts());
        }
        assertThat(state).as(account).isEqualTo("connected");
    }

    /** A page of the calendar that was not read before, read once while all is well. */
    private static String readBefore() {
        var today = LocalDate.now(ZoneOffset.UTC);
        var page = "/calendar?date=" + today.minusDays(pages % 10) + "&zone=Etc/GMT-" + (pages / 10 + 1);
        pages++;
        ana.get(page);
        isHealthy(ana, HOME);
        isHealthy(ana, WORK);
        assertThat(ana.page().text()).contains("Stand-up");
        broken.world().clock().forward(Duration.ofMinutes(1));
        return page;
    }

    private static void whileBenReads(Runnable step) {
        broken.world().clock().forward(Duration.ofMinutes(1));
        var reading = CompletableFuture.runAsync(() -> within(IN_TIME, () -> ben.get("/calendar")));

        within(IN_TIME, step);

        try {
            reading.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
        assertThat(ben.status()).isEqualTo(200);
        isHealthy(ben, BENS);
        assertThat(ben.accounts()).hasSize(1);
        assertThat(READ).hasValueLessThan(NOT_EVERYTHING);
    }

    private static void within(Duration time, Runnable step) {
        var begun = System.nanoTime();
        step.run();
        var took = Duration.ofNanos(System.nanoTime() - begun);
        if (took.compareTo(time) >= 0) {
            throw new TooSlow("took " + took + ", and not less than " + time);
        }
    }

    private static void theOldEventsOfWorkAre(String state) {
        assertThat(ana.status()).isEqualTo(200);
        isHealthy(ana, HOME);
        assertThat(ana.accounts()).containsEntry(WORK, state);
        assertThat(ana.page().select("form[action$=/reconnection]").isEmpty())
                .isEqualTo(!state.equals("reconnect-needed") && !state.equals("calendar-permission-missing"));
        if (!state.equals("calendar-permission-missing")) {
            assertThat(ana.page().text()).contains("Stand-up", "as of");
        }
    }

    /** Dripping is as hanging is, and is not waited for as well. */
    private static void recovers(String name, String state, String page) {
        if (!state.equals("reconnect-needed") && !name.equals("drip")) {
            recoversWithin30Seconds(page);
        }
    }

    /** What hangs is waited for behind the page until its deadline, and joined by a reload; then the account rests. */
    private static void recoversWithin30Seconds(String page) {
        var healed = System.nanoTime();
        broken.heal(Duration.ZERO);
        Wait.until(() -> !ana.get(page).accounts().containsValue("loading"));
        var gone = Duration.ofNanos(System.nanoTime() - healed);
        broken.world().clock().forward(Duration.ofSeconds(30).minus(gone));
        ana.get(page);
        isHealthy(ana, HOME);
        isHealthy(ana, WORK);
    }

    private static boolean isOfWork(Call call) {
        return broken.world().sandbox().google().ownerOf(call.bearer()).equals(WORK);
    }

    private static String late(String fault) {
        return fault.equals("hang") || fault.equals("drip") ? "loading" : "unreachable";
    }

    private static String ghost() {
        return """
                {"kind":"calendar#events","items":[{"id":"ghost","status":"confirmed","summary":"Ghost",
                "start":{"dateTime":"%s"},"end":{"dateTime":"%s"}}]}""".formatted(Instant.now(), Instant.now().plusSeconds(3600));
    }

    private static String reason(int code, String reason) {
        return "{\"error\":{\"code\":%d,\"errors\":[{\"domain\":\"x\",\"reason\":\"%s\"}]}}".formatted(code, reason);
    }
}
