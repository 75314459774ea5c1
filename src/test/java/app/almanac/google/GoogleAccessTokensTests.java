package app.almanac.google;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.upstream.Secret;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One refresh at a time, a rest after a failed one, and who is to blame for it. */
class GoogleAccessTokensTests {

    @RegisterExtension
    static final WireMockExtension google = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final MovableClock clock = new MovableClock();
    private final Secret refreshToken = new Secret("1//planted");

    @Test
    void twoHundredPagesAtOnceMakeOneRefresh() throws Exception {
        google.stubFor(post("/token")
                .willReturn(okJson("{\"access_token\":\"ya29.a\",\"expires_in\":3599,\"scope\":\"\"}")
                        .withFixedDelay(300)));
        var tokens = tokens();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 200)
                    .mapToObj(page -> threads.submit(() -> tokens.of(refreshToken)))
                    .toList();
            for (var answer : answers) {
                assertThat(answer.get()).isInstanceOf(GoogleAccess.Allowed.class);
            }
        }

        google.verify(1, postRequestedFor(urlEqualTo("/token")));
    }

    @Test
    void anAccessTokenIsRenewedShortlyBeforeItExpires() {
        google.stubFor(post("/token").willReturn(okJson("{\"access_token\":\"ya29.a\",\"expires_in\":3599}")));
        var tokens = tokens();
        tokens.of(refreshToken);

        clock.move(Duration.ofSeconds(3400));
        tokens.of(refreshToken);
        google.verify(1, postRequestedFor(urlEqualTo("/token")));
        clock.move(Duration.ofSeconds(90));
        tokens.of(refreshToken);
        google.verify(2, postRequestedFor(urlEqualTo("/token")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"error\":\"invalid_grant\",\"error_description\":\"Token has been expired or revoked.\"}|dead",
                "400|{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}|organisation",
                "403|{\"error\":\"admin_policy_enforced\"}|organisation",
                "401|{\"error\":\"invalid_client\"}|operator",
                "401|{\"error\":\"deleted_client\"}|operator",
                "400|not json at all: invalid_grant|temporary",
                "503|<html>busy</html>|temporary",
                "429|{\"error\":\"rate_limit_exceeded\"}|temporary",
                "200|<html>hello</html>|temporary",
                "200|{}|temporary"
            })
    void onlyAParsedRefusalOfTheGrantAsksForReconnecting(int status, String body, String expected) {
        google.stubFor(post("/token").willReturn(aResponse().withStatus(status).withBody(body)));

        var access = tokens().of(refreshToken);

        assertThat(word(access)).isEqualTo(expected);
        assertThat(access.toString()).doesNotContain("planted");
    }

    @Test
    void aResetConnectionIsTemporary() {
        google.stubFor(post("/token").willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

        assertThat(word(tokens().of(refreshToken))).isEqualTo("temporary");
    }

    @Test
    void aFailedRefreshRestsForHalfAMinute() {
        google.stubFor(post("/token").willReturn(aResponse().withStatus(503)));
        var tokens = tokens();

        for (int page = 0; page < 100; page++) {
            tokens.of(refreshToken);
        }
        google.verify(1, postRequestedFor(urlEqualTo("/token")));
        clock.move(Duration.ofSeconds(31));
        google.stubFor(post("/token").willReturn(okJson("{\"access_token\":\"ya29.a\",\"expires_in\":3599}")));

        assertThat(word(tokens.of(refreshToken))).isEqualTo("allowed");
    }

    private static String word(GoogleAccess access) {
        return switch (access) {
            case GoogleAccess.Allowed ignored -> "allowed";
            case GoogleAccess.Dead(var reason) ->
                reason == GoogleAccess.Dead.Reason.ORGANISATION ? "organisation" : "dead";
            case GoogleAccess.Unreachable(var cause) -> cause == Cause.OPERATOR ? "operator" : "temporary";
        };
    }

    private GoogleAccessTokens tokens() {
        var here = URI.create(google.baseUrl());
        var settings = new GoogleSettings(
                "client",
                "secret",
                here,
                URI.create(google.baseUrl() + "/token"),
                URI.create(google.baseUrl() + "/revoke"),
                here,
                google.baseUrl(),
                here);
        return new GoogleAccessTokens(new TokenEndpoint(settings), clock);
    }

    private static final class MovableClock extends Clock {

        private Instant now = Instant.parse("2026-11-24T12:00:00Z");

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
