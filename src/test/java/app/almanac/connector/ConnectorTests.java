package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import app.almanac.Wait;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import sandbox.LegacyDatabase;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What FusionAuth's Generic Connector gets to hear. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectorTests {

    private static final String PASSWORD = "sandbox";
    private static final String RIGHT = "Basic ZnVzaW9uYXV0aDpyaWdodA==";

    private final LegacyRoom room = new LegacyRoom(LegacyDatabase.withMembers(PASSWORD));

    @AfterAll
    void close() {
        room.close();
    }

    @Test
    void somebodyWithTheRightPasswordIsAUserWithAStableIdAndOneRegistrationWithoutRoles() {
        var first = accepted("olga@old.example");
        var second = accepted("olga");

        assertThat(first)
                .containsOnlyKeys("id", "email", "username", "firstName", "lastName", "registrations")
                .containsEntry("email", "olga@old.example")
                .containsEntry("registrations", List.of(Map.of("applicationId", LegacyRoom.APPLICATION)));
        assertThat(UUID.fromString(String.valueOf(first.get("id"))).version()).isEqualTo(5);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aUserNameWithoutAnAddressIsEnough() {
        assertThat(accepted("otto")).containsEntry("username", "otto").doesNotContainKey("email");
    }

    @Test
    void aPhoneNumberAloneIsEnough() {
        assertThat(accepted("+493090182010"))
                .containsEntry("phoneNumber", "+493090182010")
                .doesNotContainKeys("email", "username");
    }

    @Test
    void everySchemeOfTheStoreIsRead() {
        for (var login : List.of("olga", "otto", "+493090182010", "oona", "oskar", "odile")) {
            assertThat(accepted(login)).as(login).containsKey("id");
        }
    }

    @Test
    void aFastHashIsLetInAndMarkedForChangeUnlessEverySignInIsAskedHere() {
        assertThat(accepted("oona")).containsEntry("passwordChangeRequired", true);
        assertThat(accepted("otto")).containsEntry("passwordChangeRequired", true);
        assertThat(accepted("olga")).doesNotContainKey("passwordChangeRequired");

        var authenticating = room.fusionAuth()
                .post()
                .uri("/fusionauth/connector")
                .header(ConnectorController.MIGRATES, "False")
                .header("Authorization", RIGHT)
                .contentType(MediaType.APPLICATION_JSON)
                .content(room.request("oona", PASSWORD))
                .exchange();
        assertThat(user(authenticating)).doesNotContainKey("passwordChangeRequired");
    }

    @Test
    void whatElseStandsInTheRowIsNeverAnswered() {
        assertThat(room.signIn("olga", PASSWORD))
                .hasStatusOk()
                .bodyText()
                .doesNotContain("admin", "role", "verified", "bcrypt", "group", "active");
    }

    @Test
    void unknownWrongAndDisabledAreAnsweredAlike() {
        var unknown = room.signIn("nobody@old.example", PASSWORD);
        var wrong = room.signIn("olga@old.example", "sandbox ");
        var disabled = room.signIn("omar@old.example", PASSWORD);

        for (var refusal : List.of(unknown, wrong, disabled)) {
            assertThat(refusal)
                    .hasStatus(404)
                    .hasContentType("application/problem+json")
                    .bodyJson()
                    .isStrictlyEqualTo("""
                            {"status": 404, "title": "Not Found"}""");
            assertThat(refusal.getResponse().getHeaderNames())
                    .isEqualTo(unknown.getResponse().getHeaderNames());
        }
    }

    @Test
    void twoRowsWithOneAddressAreNobodyAndEachIsSomebodyByTheirUserName() {
        assertThat(room.signIn("family@old.example", PASSWORD)).hasStatus(404);
        assertThat(accepted("olaf").get("id")).isNotEqualTo(accepted("ottilie").get("id"));
    }

    @Test
    void aPasswordIsTheOneThatWasTypedAndNoOther() {
        var typed = "Äpfel & Birnen";
        room.legacy.add("2001", "orla", null, null, "{bcrypt}" + new BCryptPasswordEncoder(4).encode(typed), "no");

        assertThat(room.signIn("orla", typed)).hasStatusOk();
        for (var other : List.of(
                typed + " ", " " + typed, Normalizer.normalize(typed, Normalizer.Form.NFD), typed + "\0", "\0", "")) {
            assertThat(room.signIn("orla", other)).as(other).hasStatus(404);
        }
        assertThat(room.signIn("orla", typed)).hasStatusOk();
    }

    @Test
    void underBcryptAPasswordOf72BytesIsRightAndOneOf73IsNot() {
        var full = "0123456789".repeat(7) + "ab";
        room.legacy.add("2002", "odo", null, null, "{bcrypt}" + new BCryptPasswordEncoder(4).encode(full), "no");

        assertThat(room.signIn("odo", full)).hasStatusOk();
        assertThat(room.signIn("odo", full + "c")).hasStatus(404);
    }

    @Test
    void aLoginNameIsAParameterAndNeverAQuery() {
        for (var login : List.of("' OR '1'='1", "olga'; DROP TABLE member; --", "olga\0", "\0", "", " ", "%", "ol_a")) {
            assertThat(room.signIn(login, PASSWORD)).as(login).hasStatus(404);
        }
        assertThat(room.signIn("olga", PASSWORD)).hasStatusOk();
    }

    @Test
    void aNameThatIsLongerThanAnyIsUnknownWithoutTheStoreBeingAsked() {
        try (var alone = new LegacyRoom(LegacyDatabase.withMembers(PASSWORD))) {
            alone.legacy.down(true);

            assertThat(alone.signIn("o".repeat(321), PASSWORD)).hasStatus(404);
            assertThat(alone.ask(alone.request("o".repeat(320), PASSWORD))).hasStatus(503);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "false", "0", "f", "n", ""})
    void theseAreNotDisabled(String locked) {
        var login = "enabled-" + locked;
        room.legacy.add("3" + locked, login, null, null, md5Of("abc"), locked);

        assertThat(room.signIn(login, "abc")).hasStatusOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "true", "1", "t", "2019-04-01", "locked by hand"})
    void andTheseAre(String locked) {
        var login = "disabled-" + locked;
        room.legacy.add("4" + locked, login, null, null, md5Of("abc"), locked);

        assertThat(room.signIn(login, "abc")).hasStatus(404);
    }

    @Test
    void aRowWithoutAKeyOrWithAHashThatNobodyCanReadIsNobody() {
        room.legacy.add(" ", "keyless", null, null, md5Of("abc"), "no");
        room.legacy.add("5001", "plain", null, null, "abc", "no");
        room.legacy.add("5002", "noop", null, null, "{noop}abc", "no");
        room.legacy.add("5003", "empty", null, null, "", "no");

        for (var login : List.of("keyless", "plain", "noop", "empty")) {
            assertThat(room.signIn(login, "abc")).as(login).hasStatus(404);
        }
    }

    @Test
    void anotherApplicationsSignInIsNotOurs() {
        var request = room.request("olga", PASSWORD);

        assertThat(room.ask(request.replace(
                        LegacyRoom.APPLICATION, UUID.randomUUID().toString())))
                .hasStatus(404);
        assertThat(room.ask(request.replace("\"applicationId\"", "\"another\"")))
                .hasStatusOk();
    }

    @Test
    void whoeverIsNotFusionAuthGetsNothing() {
        var request = room.request("olga", PASSWORD);

        assertThat(room.ask(request, "fusionauth", "wrong"))
                .hasStatus(401)
                .headers()
                .hasHeaderSatisfying(
                        "WWW-Authenticate",
                        values -> assertThat(values).singleElement().asString().startsWith("Basic realm="));
        assertThat(room.ask(request, "", "right")).hasStatus(401);
        assertThat(room.fusionAuth()
                        .post()
                        .uri("/fusionauth/connector")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(request))
                .hasStatus(401);
        assertThat(room.fusionAuth().get().uri("/fusionauth/connector")).hasStatus(405);
    }

    /** With LEGACY_ settings and without CONNECTOR_ ones: nothing plus nothing must not be a credential. */
    @Test
    void withoutCredentialsThereIsNoConnector() {
        var open = room.withCredentials("", "");

        for (var header : new String[] {"", "Basic Og==", "Basic ", RIGHT}) {
            assertThat(open.post()
                            .uri("/fusionauth/connector")
                            .header("Authorization", header)
                            .contentType(MediaType.APPLICATION_JSON)
                            .content(room.request("olga", PASSWORD)))
                    .as(header)
                    .hasStatus(404);
        }
        assertThat(open.post().uri("/fusionauth/connector")).hasStatus(404);
    }

    @Test
    void aBodyOfOneMebibyteIsTooLarge() {
        assertThat(room.ask(room.request("olga", "p".repeat(1 << 20)))).hasStatus(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"loginId\":\"olga\"}",
                "{\"password\":\"sandbox\"}",
                "{\"loginId\":[\"olga\"],\"password\":\"sandbox\"}",
                "{\"loginId\":\"olga\",\"password\":{\"$ne\":1}}",
                "{\"loginId\":\"olga\",\"password\":\"sandbox\"",
                "loginId=olga&password=sandbox"
            })
    void whatIsNoLoginRequestIsABadOne(String body) {
        assertThat(room.ask(body)).hasStatus(400).bodyText().doesNotContain("sandbox");
    }

    @Test
    void aStoreThatIsDownOrSlowIsUnavailableInTimeAndWorksAgainAfterwards() {
        try (var alone = new LegacyRoom(LegacyDatabase.withMembers(PASSWORD))) {
            alone.legacy.down(true);
            isUnavailableInTime(alone);
            alone.legacy.down(false);
            assertThat(alone.signIn("olga", PASSWORD)).hasStatusOk();

            alone.legacy.slow(Duration.ofSeconds(30));
            isUnavailableInTime(alone);
            alone.legacy.slow(Duration.ZERO);
            assertThat(alone.signIn("olga", PASSWORD)).hasStatusOk();
        }
    }

    @Test
    void countsThatPostgreSqlDidNotTakeAreWrittenOnceItDoes() {
        try (var alone = new LegacyRoom(LegacyDatabase.empty())) {
            alone.ours.sql("ALTER TABLE legacy_failure RENAME TO away").update();
            alone.record.failed("olga", "UNKNOWN");
            alone.record.write();
            alone.record.failed("olga", "UNKNOWN");
            alone.ours.sql("ALTER TABLE away RENAME TO legacy_failure").update();
            alone.record.write();
            alone.record.write();

            assertThat(alone.record.failures(10))
                    .singleElement()
                    .extracting(MigrationRecord.Failed::times)
                    .isEqualTo(2L);
        }
    }

    @Test
    void failuresOfMoreThanThirtyDaysAgoAreNotShownAlsoWhenNobodyFailedSince() {
        try (var alone = new LegacyRoom(LegacyDatabase.empty())) {
            alone.record.failed("olga", "UNKNOWN");
            alone.record.failed("otto", "UNKNOWN");
            alone.record.write();
            alone.ours
                    .sql("UPDATE legacy_failure SET last_at = now() - interval '31 days' WHERE login LIKE 'ol%'")
                    .update();

            assertThat(alone.record.failures(10))
                    .extracting(MigrationRecord.Failed::login)
                    .containsExactly("ot•••");
        }
    }

    @Test
    void whoCameOverIsCountedOnceAndWhoFailedIsTheresMasked() {
        try (var alone = new LegacyRoom(LegacyDatabase.withMembers(PASSWORD))) {
            alone.signIn("olga", PASSWORD);
            alone.signIn("olga", PASSWORD);
            alone.signIn("oona", PASSWORD);
            alone.signIn("oona@old.example", "wrong");
            alone.signIn("oona@old.example", "wrong");
            alone.signIn("+493090182010", "wrong");
            alone.record.write();

            assertThat(alone.record.people()).isEqualTo(2);
            assertThat(alone.record.weak()).isEqualTo(1);
            assertThat(alone.record.days(10))
                    .singleElement()
                    .extracting(MigrationRecord.Day::people)
                    .isEqualTo(2L);
            assertThat(alone.record.failures(10))
                    .extracting(
                            MigrationRecord.Failed::login,
                            MigrationRecord.Failed::reason,
                            MigrationRecord.Failed::times)
                    .containsExactlyInAnyOrder(
                            tuple("oo•••@old.example", "WRONG_PASSWORD", 2L), tuple("••• 10", "WRONG_PASSWORD", 1L));
            assertThat(alone.record.again().people()).isEqualTo(1);
        }
    }

    /** People type a password into the wrong field, also behind their address. */
    @ParameterizedTest
    @CsvSource({
        "oona@old.example, oo•••@old.example",
        "oona@old.example Secret1, oo•••@•••",
        "oona@Secret1, oo•••@•••",
        "P@ssw0rd!, •••@•••",
        "oona@127.0.0.1, oo•••@•••",
        "oona, oo•••",
        "ona, •••",
        "+49 30 90182010, ••• 10"
    })
    void ofALoginNameOnlyARealHostIsWrittenDown(String login, String masked) {
        assertThat(MigrationRecord.masked(login)).isEqualTo(masked);
    }

    @Test
    void anAttackUnderManyNamesIsWrittenDownAsAFewLinesAndAllOfItIsCounted() {
        try (var alone = new LegacyRoom(LegacyDatabase.empty())) {
            for (int i = 0; i < 5000; i++) {
                alone.record.failed(i + "guess@old.example", "UNKNOWN");
            }
            alone.record.write();

            var failures = alone.record.failures(1000);
            assertThat(failures).hasSizeLessThan(200);
            assertThat(failures.stream()
                            .mapToLong(MigrationRecord.Failed::times)
                            .sum())
                    .isEqualTo(5000);
        }
    }

    @Test
    void aFloodOfOneKindOfFailureHidesNoOther() {
        try (var alone = new LegacyRoom(LegacyDatabase.empty())) {
            alone.record.failed("olga@old.example", "AMBIGUOUS");
            alone.record.write();
            for (int flood = 0; flood < 4; flood++) {
                for (int i = 0; i < 99; i++) {
                    alone.record.failed("guess@old" + flood + "-" + i + ".example", "UNKNOWN");
                }
                alone.record.write();
            }

            assertThat(alone.record.failures(1000)).as("200 of the flood").hasSize(201);
            assertThat(alone.record.failures(10))
                    .extracting(MigrationRecord.Failed::login, MigrationRecord.Failed::reason)
                    .hasSize(11)
                    .last()
                    .isEqualTo(tuple("ol•••@old.example", "AMBIGUOUS"));
        }
    }

    /** Always 503; and in time, where the machine has time at all. */
    private static void isUnavailableInTime(LegacyRoom room) {
        Wait.until(() -> {
            var start = System.nanoTime();
            assertThat(room.ask(room.request("olga", PASSWORD))).hasStatus(503);
            return System.nanoTime() - start < Duration.ofMillis(800).toNanos();
        });
    }

    private static String md5Of(String password) {
        assertThat(password).isEqualTo("abc");
        return "{md5}900150983cd24fb0d6963f7d28e17f72";
    }

    private Map<String, Object> accepted(String login) {
        return user(room.signIn(login, PASSWORD));
    }

    private static Map<String, Object> user(MvcTestResult answer) {
        assertThat(answer).hasStatusOk().hasContentType(MediaType.APPLICATION_JSON);
        var json = JsonMapper.builder().build();
        var user = json.readTree(answer.getResponse().getContentAsByteArray()).path("user");
        return json.convertValue(user, new TypeReference<>() {});
    }
}
