package sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import sandbox.Lambda.Answer;
import sandbox.Lambda.Layout;
import sandbox.Lambda.Verdict;
import tools.jackson.databind.JsonNode;

/** The files in kickstart/lambdas: only a clear yes lets somebody register, in either layout of the parameters. */
class InvitationLambdaTests {

    static final String CODE = "user.data.inviteCode";
    static final String GOOD = "7k2m9p4xq8wztb3c";

    private static final String APPLICATION = "a1a2a3a4-0000-4000-8000-000000000002";
    private static final Map<String, String> SECRETS = Map.of(
            "almanac-reservations-url", "http://almanac.example/fusionauth/invitations/reservations",
            "almanac-lambda-token", "lambda-token",
            "almanac-search-key", "search-key",
            "almanac-known-codes", "Welcome-2026, " + GOOD + ",,");

    /** No answer of a server is a yes but one. */
    static final List<String> NO_CLEAR_YES = List.of(
            "",
            "null",
            "true",
            "[]",
            "{}",
            "<!doctype html><title>Sign in</title>",
            "{\"valid\":\"true\"}",
            "{\"valid\":1}",
            "{\"valid\":null}",
            "{\"valid\":[true]}",
            "{\"valid\":{}}",
            "{\"Valid\":true}",
            "{\"answer\":{\"valid\":true}}",
            "{\"valid\":true",
            "[{\"valid\":true}]",
            "\"valid\"",
            "{\"users\":null}",
            "{\"users\":{}}",
            "{\"users\":\"all\"}",
            "{\"users\":[null,1,\"x\",[],{}]}",
            "{\"users\":[{\"data\":null}]}",
            "{\"users\":[{\"data\":{\"inviteCodes\":\"" + GOOD + "\"}}]}");

    static final List<String> HOSTILE = List.of(
            "*",
            GOOD + " OR *",
            GOOD + "\" OR data.inviteCodes.invcode:\"*",
            "abc*",
            "(",
            "\\",
            "a".repeat(17),
            "abc123 OR email:ana",
            "<script>alert(1)</script>",
            "__proto__",
            "constructor",
            "${7*7}",
            "'; DROP TABLE invitation; --",
            "\u0000" + GOOD,
            "7k2m9p4xq8wztb3½",
            "0123456789012345");

    private final List<String> asked = new ArrayList<>();
    private Lambda.Http http = (url, options) -> {
        throw new IOException("nobody was to be asked");
    };

    @ParameterizedTest
    @EnumSource
    void strictAsksAlmanacAndTakesItsYes(Layout layout) {
        http = answering(200, "{\"valid\":true}");

        var verdict = validate("strict", user(GOOD, "nora@example.com", "ana@example.com"), layout);

        assertThat(verdict.isYes()).isTrue();
        assertThat(asked).singleElement().satisfies(question -> {
            assertThat(question).startsWith(SECRETS.get("almanac-reservations-url"));
            var options = Json.MAPPER.readTree(question.substring(question.indexOf(' ')));
            assertThat(options.path("method").asString()).isEqualTo("POST");
            assertThat(options.path("headers").path("Authorization").asString()).isEqualTo("Bearer lambda-token");
            assertThat(options.path("connectTimeout").asInt()).isBetween(1, 1000);
            assertThat(options.path("readTimeout").asInt()).isBetween(1, 1500);
            assertThat(Json.MAPPER.readTree(options.path("body").asString()))
                    .isEqualTo(Json.MAPPER.valueToTree(Map.of(
                            "code",
                            GOOD,
                            "email",
                            "nora@example.com",
                            "inviterEmail",
                            "ana@example.com",
                            "applicationId",
                            APPLICATION)));
        });
    }

    @ParameterizedTest
    @EnumSource
    void strictSendsNoInviterWhenTheFormHasNone(Layout layout) {
        http = answering(200, "{\"valid\":true}");

        assertThat(validate("strict", user(GOOD, "nora@example.com", null), layout)
                        .isYes())
                .isTrue();
        assertThat(asked.toString()).doesNotContain("inviterEmail");
    }

    @ParameterizedTest
    @EnumSource
    void strictPassesOnARefusalAtTheField(Layout layout) {
        http = answering(
                200, "{\"valid\":false,\"code\":\"[invalid]user.data.inviteCode\",\"message\":\"not this one\"}");

        assertThat(validate("strict", user(GOOD, "nora@example.com", null), layout)
                        .byField())
                .containsOnlyKeys(CODE)
                .extractingByKey(CODE)
                .satisfies(problems -> assertThat(problems)
                        .singleElement()
                        .extracting(Lambda.Problem::code)
                        .isEqualTo("[invalid]" + CODE));
    }

    @ParameterizedTest
    @FieldSource("NO_CLEAR_YES")
    void nothingButAClearYesIsAYes(String body) {
        for (var mode : List.of("strict", "search")) {
            for (var layout : Layout.values()) {
                http = answering(200, body);
                assertThat(validate(mode, user(GOOD, "nora@example.com", null), layout)
                                .isYes())
                        .as(mode + " " + layout)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 201, 204, 301, 400, 401, 404, 409, 429, 500, 503, 504})
    void aYesWithAnotherStatusIsNone(int status) {
        for (var layout : Layout.values()) {
            http = answering(status, "{\"valid\":true,\"users\":[" + inviter(GOOD, soon()) + "]}");
            for (var mode : List.of("strict", "search")) {
                assertThat(validate(mode, user(GOOD, "nora@example.com", null), layout))
                        .as(mode)
                        .isEqualTo(unavailable());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenNobodyAnswersSomebodyIsAskedToTryAgainAndNothingOfThemIsLogged(Layout layout) {
        for (var mode : List.of("strict", "search")) {
            http = (url, options) -> {
                throw new IOException("Connection refused: " + options);
            };
            var lambda = lambda(mode, SECRETS);

            assertThat(lambda.validate(user(GOOD, "nora@example.com", null), registration(), layout))
                    .as(mode)
                    .isEqualTo(unavailable());
            assertThat(lambda.log().toString())
                    .contains("could not be checked")
                    .doesNotContain(GOOD, "nora@", "lambda-token", "search-key");
        }
    }

    @ParameterizedTest
    @CsvSource({"strict", "search", "known"})
    void withoutSecretsOrContextNobodyGetsIn(String mode) throws Exception {
        http = answering(200, "{\"valid\":true,\"users\":[" + inviter(GOOD, soon()) + "]}");
        for (var layout : Layout.values()) {
            if (mode.equals("known")) {
                assertThat(lambda(mode, Map.of())
                                .validate(user(GOOD, "nora@example.com", null), registration(), layout)
                                .isYes())
                        .isFalse();
            }
        }
        var bare = new Lambda(
                source(mode) + "\nvar inner = validate; validate = function (r, u, g) { inner(r, u, g); };",
                http,
                SECRETS::get);

        assertThat(bare.validate(user(GOOD, "nora@example.com", null), registration(), Layout.SHIPPED))
                .isEqualTo(unavailable());
    }

    @ParameterizedTest
    @CsvSource({"strict", "search", "known"})
    void aFormWithoutACodeIsToldSo(String mode) throws Exception {
        for (var given : List.of(
                "{}",
                "{\"email\":\"nora@example.com\"}",
                "{\"email\":\"nora@example.com\",\"data\":{}}",
                "{\"email\":\"nora@example.com\",\"data\":{\"inviteCode\":\"  \"}}",
                "{\"email\":\"nora@example.com\",\"data\":{\"inviteCode\":null}}",
                "{\"email\":\"nora@example.com\",\"data\":{\"inviteCode\":[\"" + GOOD + "\"]}}",
                "{\"email\":\"nora@example.com\",\"data\":{\"inviteCode\":{\"a\":1}}}",
                "{\"email\":\"nora@example.com\",\"data\":{\"inviteCode\":7}}")) {
            for (var layout : Layout.values()) {
                assertThat(validate(mode, Json.MAPPER.readTree(given), layout).byField())
                        .as(given)
                        .containsOnlyKeys(CODE)
                        .extractingByKey(CODE)
                        .satisfies(problems -> assertThat(problems)
                                .singleElement()
                                .extracting(Lambda.Problem::code)
                                .isEqualTo("[blank]" + CODE));
            }
        }
        assertThat(lambda(mode, SECRETS).validate(null, null, Layout.DOCUMENTED).isYes())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void strictNeedsAnAddressToKeepTheCodeFor(Layout layout) {
        http = answering(200, "{\"valid\":true}");

        assertThat(validate("strict", user(GOOD, null, null), layout).byField()).containsOnlyKeys("user.email");
        assertThat(validate("strict", user(GOOD, "n".repeat(300) + "@example.com", null), layout)
                        .isYes())
                .isFalse();
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void strictNamesTheApplicationOfTheKickstartWhenTheRegistrationNamesNone(Layout layout) throws Exception {
        http = answering(200, "{\"valid\":true}");

        assertThat(lambda("strict", SECRETS)
                        .validate(user(GOOD, "nora@example.com", null), Json.MAPPER.readTree("{}"), layout)
                        .isYes())
                .isTrue();
        assertThat(asked.toString()).contains(APPLICATION);
    }

    @ParameterizedTest
    @EnumSource
    void searchTakesTheCodeOfOneActiveMemberUntilItExpires(Layout layout) {
        for (var written : List.of(GOOD, "7K2M 9P4X Q8WZ TB3C", "7k2m-9p4x-q8wz-tb3c", " 7k2m9p4xq8wztb3c ")) {
            http = answering(200, found(inviter(GOOD, soon())));
            assertThat(validate("search", user(written, "nora@example.com", null), layout)
                            .isYes())
                    .as(written)
                    .isTrue();
        }
        assertThat(asked)
                .hasSize(4)
                .allSatisfy(question -> assertThat(question)
                        .startsWith("http://localhost:9012/api/user/search ")
                        .contains("data.inviteCodes.invcode:\\\\\\\"" + GOOD, "\"Authorization\":\"search-key\""));
    }

    @ParameterizedTest
    @EnumSource
    void searchComparesEveryHitAgain(Layout layout) {
        var other = GOOD.substring(0, 15) + "d";
        var refusedHits = List.of(
                "",
                inviter(other, soon()),
                inviter(GOOD.toUpperCase(java.util.Locale.ROOT), soon()),
                inviter(GOOD, Instant.now().getEpochSecond() - 1),
                inviter(GOOD, soon()).replace("\"active\":true", "\"active\":false"),
                inviter(GOOD, soon()).replace(APPLICATION, "f0000000-0000-4000-8000-000000000000"),
                inviter(GOOD, soon()).replace("\"registrations\"", "\"other\""),
                inviter(GOOD, soon()).replace("\"exp\":", "\"until\":"),
                inviter(GOOD, soon()).replaceAll("\"exp\":(\\d+)", "\"exp\":\"$1\""),
                // an expired entry with the code beside a good one with another
                inviter(GOOD, 1).replace("}]", "},{\"invcode\":\"" + other + "\",\"exp\":" + soon() + "}]"),
                inviter(GOOD, soon()) + "," + inviter(GOOD, soon()));
        for (var hits : refusedHits) {
            http = answering(200, found(hits));
            assertThat(validate("search", user(GOOD, "nora@example.com", null), layout))
                    .as(hits)
                    .isEqualTo(refused());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theInviterOfTheFormMustBeTheOneWhoHasTheCode(Layout layout) {
        http = answering(200, found(inviter(GOOD, soon())));

        assertThat(validate("search", user(GOOD, "nora@example.com", "Ana@Example.com"), layout)
                        .isYes())
                .isTrue();
        assertThat(validate("search", user(GOOD, "nora@example.com", "ben@example.com"), layout))
                .isEqualTo(refused());
    }

    @ParameterizedTest
    @FieldSource("HOSTILE")
    void whatIsNoCodeIsNeverSearchedForAndNeverKnown(String hostile) {
        for (var layout : Layout.values()) {
            assertThat(validate("search", user(hostile, "nora@example.com", null), layout))
                    .isEqualTo(refused());
            assertThat(validate("known", user(hostile, "nora@example.com", null), layout))
                    .isEqualTo(refused());
        }
        assertThat(asked).isEmpty();
    }

    /** A search that finds nothing may leave the list out. */
    @ParameterizedTest
    @EnumSource
    void aSearchThatFoundNothingRefuses(Layout layout) {
        http = answering(200, "{\"total\":0}");

        assertThat(validate("search", user(GOOD, "nora@example.com", null), layout))
                .isEqualTo(refused());
    }

    @ParameterizedTest
    @EnumSource
    void knownTakesWhatIsKnownAsOftenAsPeopleLike(Layout layout) {
        for (var code : List.of("welcome-2026", "WELCOME 2026", GOOD, GOOD)) {
            assertThat(validate("known", user(code, "nora@example.com", null), layout)
                            .isYes())
                    .as(code)
                    .isTrue();
        }
        for (var code : List.of("welcome", "-", ",", "welcome-2026," + GOOD)) {
            assertThat(validate("known", user(code, "nora@example.com", null), layout)
                            .isYes())
                    .as(code)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void offLetsAnybodyIn(Layout layout) throws Exception {
        assertThat(validate("off", Json.MAPPER.readTree("{}"), layout).isYes()).isTrue();
    }

    private Verdict validate(String mode, JsonNode user, Layout layout) {
        return lambda(mode, SECRETS).validate(user, registration(), layout);
    }

    private Lambda lambda(String mode, Map<String, String> secrets) {
        return new Lambda(source(mode), (url, options) -> http.send(url, options), secrets::get);
    }

    private static String source(String mode) {
        try {
            return Files.readString(Path.of("kickstart", "lambdas", "invitation-" + mode + ".js"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Lambda.Http answering(int status, String body) {
        return (url, options) -> {
            asked.add(url + " " + options);
            return new Answer(status, body);
        };
    }

    private static JsonNode registration() {
        return Json.MAPPER.createObjectNode().put("applicationId", APPLICATION);
    }

    private static JsonNode user(String code, @Nullable String email, @Nullable String inviterEmail) {
        var user = Json.MAPPER.createObjectNode();
        if (email != null) {
            user.put("email", email);
        }
        var data = user.putObject("data").put("inviteCode", code);
        if (inviterEmail != null) {
            data.put("inviterEmail", inviterEmail);
        }
        return user;
    }

    private static long soon() {
        return Instant.now().getEpochSecond() + 3600;
    }

    private static String inviter(String code, long expiry) {
        return """
                {"id":"c0000000-0000-4000-8000-00000000000a","email":"ana@example.com","active":true,\
                "registrations":[{"applicationId":"%s"}],"data":{"inviteCodes":[{"invcode":"%s","exp":%d}]}}""".formatted(APPLICATION, code, expiry);
    }

    private static String found(String hits) {
        return "{\"total\":1,\"users\":[" + hits + "]}";
    }

    private static Verdict refused() {
        return new Verdict(
                Map.of(
                        CODE,
                        List.of(new Lambda.Problem(
                                "[invalid]" + CODE, "This invitation cannot be used. Ask for a new one."))),
                List.of());
    }

    private static Verdict unavailable() {
        return new Verdict(
                Map.of(),
                List.of(new Lambda.Problem(
                        "[AlmanacUnavailable]", "Invitations cannot be checked right now. Try again in a minute.")));
    }
}
