package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.HOME;
import static app.almanac.journeys.BrokenWorld.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sandbox.FaultProxy.Call;
import sandbox.FaultProxy.Fault;

/** While Google is broken, or has something to say. */
class GoogleFaultTests extends FaultTable {

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
