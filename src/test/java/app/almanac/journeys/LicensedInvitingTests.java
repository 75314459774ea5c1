package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Inviting and registering in the licensed edition, where FusionAuth's own form registers and asks a lambda. */
class LicensedInvitingTests {

    private static final String PASSWORD = "a good long password";

    private static World world;

    @BeforeAll
    static void start() {
        world = licensed("strict", "INVITATIONS_PER_PERSON", "10", "DEVICES_LIMIT", "0");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void strictLetsOneIntoEachInvitationAndThatOneCanInvite() {
        for (var contextIsFifth : List.of(true, false)) {
            world.sandbox().fusionAuth().lambdaContextIsFifth(contextIsFifth);
            var ana = world.signedIn("ana@example.com").get("/invitations");
            var code = codes(ana).getFirst();
            var email = anybody();

            var invitee = atTheForm(code);
            assertThat(invitee.at().toString()).doesNotContain("example.com", "%40");
            register(invitee, email, code);

            assertThat(invitee.at().getPath()).isEqualTo("/calendar");
            Wait.until(() -> state(ana, code).equals("redeemed"));
            assertThat(codes(invitee.get("/invitations"))).hasSize(10).doesNotContain(code);
            assertThat(world.visitor().get("/join/" + code).status()).isEqualTo(410);
            var second = anybody();
            assertThat(register(atTheForm("0"), second, code).page().text())
                    .contains("This invitation cannot be used.");
            assertThat(world.sandbox().fusionAuth().isRegistered(second)).isFalse();
        }
    }

    @Test
    void whoComesStraightToFusionAuthIsRefusedWithoutACodeAndWithAWrongOne() {
        var email = anybody();

        assertThat(register(atTheForm("0"), email, "").page().text()).contains("Almanac is by invitation.");
        assertThat(register(atTheForm("0"), email, "7k2m 9p4x q8wz tb3c").page().text())
                .contains("This invitation cannot be used.");
        assertThat(world.sandbox().fusionAuth().isRegistered(email)).isFalse();
    }

    @Test
    void theInviterOfTheFormMustBeTheInviterAndARegistrationThatFailedLeavesTheCode() {
        var ana = world.signedIn("ana@example.com").get("/invitations");
        var code = codes(ana).getFirst();
        var email = anybody();

        var invitee = atTheForm(code);
        submit(invitee, email, PASSWORD, code, Map.of("user.data.inviterEmail", "ben@example.com"));
        assertThat(invitee.page().text()).contains("This invitation cannot be used.");

        // the password is FusionAuth's to judge, after the code was reserved
        invitee = atTheForm(code);
        submit(invitee, email, "short", code, Map.of());
        assertThat(world.sandbox().fusionAuth().isRegistered(email)).isFalse();
        assertThat(state(ana, code)).isEqualTo("reserved");

        register(invitee, email, code);
        assertThat(invitee.at().getPath()).isEqualTo("/calendar");
    }

    /** FusionAuth issue 2062: where people may register by themselves, signing in registers any user of the tenant. */
    @Test
    void whoHasALoginOfTheTenantIsNotLetInByFusionAuthAlone() {
        var fusionAuth = world.sandbox().fusionAuth();
        var ana = world.signedIn("ana@example.com").get("/invitations");
        var other = anybody();
        assertThat(fusionAuth.registersElsewhere(other)).isTrue();
        var member = anybody();
        register(atTheForm(codes(ana).getLast()), member, codes(ana).getLast());
        assertThat(fusionAuth.isRegistered(member)).isTrue();
        fusionAuth.unregister(member);
        fusionAuth.registersWhoSignsIn(true);
        try {
            assertThat(signIn(other, "a long password").page().text()).contains("[WebhookTransactionException]");
            assertThat(signIn(member, PASSWORD).page().text())
                    .as("who left, with the code that they came by in their data")
                    .contains("[WebhookTransactionException]");
        } finally {
            fusionAuth.registersWhoSignsIn(false);
        }
        assertThat(fusionAuth.isRegistered(other)).isFalse();
        assertThat(fusionAuth.isRegistered(member)).isFalse();

        assertThat(fusionAuth.registersForAlmanac(anybody()))
                .as("made and registered by an administrator")
                .isTrue();
        for (var login : List.of(other, member)) {
            var code = codes(ana.get("/invitations")).getFirst();
            var invitee = world.visitor().get("/join/" + code);
            invitee.submit(invitee.form("/join/" + code + "/sign-in"), Map.of());
            invitee.submit(
                    invitee.form("/oauth2/authorize"),
                    Map.of("loginId", login, "password", login.equals(member) ? PASSWORD : "a long password"));
            assertThat(invitee.at().getPath()).isEqualTo("/calendar");
            assertThat(state(ana, code)).isEqualTo("redeemed");
        }
    }

    /** Nobody can say whether FusionAuth is making them or registers by itself whom it had: it is to ask again. */
    @Test
    void whoMayHaveBeenAUserBeforeIsNotLetInWhileFusionAuthDoesNotSay() throws Exception {
        var fusionAuth = world.sandbox().fusionAuth();
        assertThat(knock(UUID.randomUUID())).isEqualTo(204);
        fusionAuth.apiDown(true);
        try {
            assertThat(knock(UUID.randomUUID())).isEqualTo(503);
        } finally {
            fusionAuth.apiDown(false);
        }
    }

    private static int knock(UUID person) throws Exception {
        var now = Instant.now().toEpochMilli();
        var body = """
                {"event":{"id":"%s","type":"user.registration.create","createInstant":%d,
                "tenantId":"a1a2a3a4-0000-4000-8000-000000000001","applicationId":"a1a2a3a4-0000-4000-8000-000000000002",
                "user":{"id":"%s","insertInstant":%d,"email":"%s@example.com","data":{}}}}""".formatted(UUID.randomUUID(), now, person, now, person).getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(world.url().resolve("/fusionauth/events"))
                .header(
                        "X-Hook-Token",
                        String.valueOf(world.sandbox().settings().get("HOOK_TOKEN")))
                .header(
                        "X-FusionAuth-Signature-JWT",
                        world.sandbox().fusionAuth().signatureOf(body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static Visitor signIn(String login, String password) {
        var visitor = world.visitor().get("/login");
        return visitor.submit(visitor.form("/oauth2/authorize"), Map.of("loginId", login, "password", password));
    }

    @Test
    void knownLetsInWhoeverKnowsACode() {
        try (var knowing = licensed("known", "INVITATIONS_KNOWN_CODES", "welcome-2026,spring")) {
            for (var code : List.of("welcome-2026", "Welcome 2026", "spring")) {
                assertThat(register(atTheForm(knowing, "spring"), anybody(), code)
                                .at()
                                .getPath())
                        .isEqualTo("/calendar");
            }
            assertThat(register(atTheForm(knowing, "spring"), anybody(), "autumn")
                            .page()
                            .text())
                    .contains("This invitation cannot be used.");
        }
    }

    @Test
    void offLetsAnybodyInByAFormWithoutACode() {
        try (var open = licensed("off")) {
            var anybody = open.visitor().get("/join/anything");
            anybody.get(link(anybody));

            assertThat(anybody.page().select("[name=user.data.inviteCode]")).isEmpty();
            assertThat(register(anybody, anybody(), "").at().getPath()).isEqualTo("/calendar");
        }
    }

    @Test
    void theJoinPageOfTheLicensedEditionTakesNoForm() {
        var ana = world.signedIn("ana@example.com").get("/invitations");
        var invitee = world.visitor().get("/join/" + codes(ana).getFirst());

        assertThat(invitee.page().select("[name=password]")).isEmpty();
        var address = invitee.redirectOf(link(invitee));
        assertThat(address.getPath()).isEqualTo("/oauth2/register");
        assertThat(address.getQuery())
                .contains("state=", "nonce=", "code_challenge=", "code_challenge_method=S256", "tenantId=")
                .contains("invite=" + codes(ana).getFirst())
                .doesNotContain("@");
    }

    private static World licensed(String mode, String... more) {
        var settings = new java.util.ArrayList<>(List.of("FUSIONAUTH_EDITION", "licensed", "INVITATIONS_MODE", mode));
        settings.addAll(List.of(more));
        return World.with(settings.toArray(String[]::new));
    }

    private static Visitor atTheForm(String code) {
        return atTheForm(world, code);
    }

    /** From the join page where the code is good, else by an address of their own making. */
    private static Visitor atTheForm(World world, String code) {
        var visitor = world.visitor().get("/join/" + code);
        return visitor.get(visitor.status() == 200 ? link(visitor) : "/join/" + code + "/registration");
    }

    private static String link(Visitor visitor) {
        return visitor.page().expectFirst("main a[href$=/registration]").attr("href");
    }

    private static Visitor register(Visitor visitor, String email, String code) {
        return submit(visitor, email, PASSWORD, code, Map.of());
    }

    /** Tries again where the page says so, as people do: on a busy machine Almanac may not answer in time. */
    private static Visitor submit(
            Visitor visitor, String email, String password, String code, Map<String, String> more) {
        var fields = new HashMap<>(more);
        fields.putAll(Map.of(
                "user.email", email,
                "user.password", password,
                "user.fullName", "New Person",
                "user.data.inviteCode", code));
        for (int tries = 0; tries < 5; tries++) {
            visitor.submit(visitor.form("/oauth2/register"), fields);
            if (!visitor.page().text().contains("Try again in a minute.")) {
                break;
            }
        }
        return visitor;
    }

    private static List<String> codes(Visitor person) {
        return person.page().select("[data-invitation][data-state=open]").eachAttr("data-code");
    }

    private static String state(Visitor inviter, String code) {
        return inviter.get("/invitations")
                .page()
                .select("[data-code=" + code + "]")
                .attr("data-state");
    }

    private static String anybody() {
        return UUID.randomUUID() + "@example.com";
    }
}
