package app.almanac.google;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.google.GoogleCalendarAnswer.Loaded;
import app.almanac.upstream.Secret;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of an account when one of its calendars, or all of Google, answers what it should not. */
class GoogleCalendarsTests {

    @RegisterExtension
    static final WireMockExtension google = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private static final String LIST = "/calendar/v3/users/me/calendarList";
    private static final String TIMED = """
            {"id":"ok","summary":"Unharmed","start":{"dateTime":"2024-01-30T10:00:00Z"},"end":{"dateTime":"2024-01-30T11:00:00Z"}}""";

    @Test
    void aCalendarWithoutEventsInItsAnswerIsNotedAndItsNeighbourIsComplete() {
        calendars("broken", "group");
        events("broken", fixture("chromium/invalid_events.json"));
        events("group", fixture("chromium/group_calendar_events.json"));

        var loaded = loaded();

        assertThat(named(loaded, "broken").incomplete()).isTrue();
        assertThat(named(loaded, "group").incomplete()).isFalse();
        assertThat(named(loaded, "group").events())
                .extracting(Event::title)
                .anyMatch(title -> title != null && title.contains("Popcorn"))
                .hasSize(3);
    }

    @Test
    void sixUnreadableEventsAreOneNoteAndNoLostAccount() {
        calendars("fake");
        events(
                "fake",
                page(Stream.of(1, 2, 3, 4, 5, 6)
                        .map(number -> "{\"id\":\"e" + number
                                + "\",\"start\":{\"date\":\":::TODAY:::\"},\"end\":{\"date\":\":::TODAY:::\"}}")
                        .collect(Collectors.joining(","))));

        var loaded = loaded();

        assertThat(loaded.calendars()).singleElement().satisfies(calendar -> {
            assertThat(calendar.events()).isEmpty();
            assertThat(calendar.incomplete()).isTrue();
        });
    }

    @Test
    void oneBadEventNeverLosesItsNeighbours() {
        calendars("c");
        events("c", page(fixture("northworld-google-calendar/missing_date.json") + "," + TIMED));

        var calendar = named(loaded(), "c");

        assertThat(calendar.events()).extracting(Event::title).containsExactly("Unharmed");
        assertThat(calendar.incomplete()).isTrue();
    }

    @Test
    void everyCallRejectedIsOneRefreshOneRepeatAndThenReconnect() {
        token();
        google.stubFor(get(urlPathEqualTo(LIST))
                .willReturn(aResponse().withStatus(401).withBody(fixture("northworld-google-calendar/401.json"))));

        assertThat(load()).isEqualTo(new GoogleCalendarAnswer.ReconnectNeeded(false));

        google.verify(2, getRequestedFor(urlPathEqualTo(LIST)));
        google.verify(2, postRequestedFor(urlEqualTo("/token")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"403_rate_limit", "403_calendar_rate_limit", "403_daily_limit"})
    void tooManyQuestionsAreGooglesBusinessAndNobodyIsToldToReconnect(String body) {
        calendars("c");
        refused("c", 403, body);

        assertThat(load()).isEqualTo(new GoogleCalendarAnswer.Unreachable(Cause.BUSY));
        google.verify(1, getRequestedFor(urlPathMatching(".*/calendars/c/events")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"403_forbidden", "403_unknown", "403", "400"})
    void aRefusalOfOneCalendarIsANoteWithoutARetry(String body) {
        calendars("c", "ok");
        refused("c", body.startsWith("400") ? 400 : 403, body);
        events("ok", page(TIMED));

        var loaded = loaded();

        assertThat(named(loaded, "c").incomplete()).isTrue();
        assertThat(named(loaded, "ok").events()).hasSize(1);
        google.verify(1, getRequestedFor(urlPathMatching(".*/calendars/c/events")));
    }

    @Test
    void aCalendarThatIsGoneLeavesTheOthersComplete() {
        calendars("a", "gone", "b");
        events("a", page(TIMED));
        refused("gone", 404, "404");
        events("b", page(TIMED));

        assertThat(loaded().calendars()).extracting(Calendar::id).containsExactly("a", "b");
    }

    @Test
    void aListWhoseSecondPageFailsIsKeptAndCalledIncomplete() {
        token();
        google.stubFor(get(urlPathEqualTo(LIST))
                .willReturn(okJson("{\"nextPageToken\":\"2\",\"items\":[" + entry("a") + "]}")));
        google.stubFor(get(urlPathEqualTo(LIST))
                .withQueryParam("pageToken", equalTo("2"))
                .willReturn(aResponse().withStatus(500).withBody(fixture("northworld-google-calendar/500.json"))));
        events("a", page(TIMED));

        var loaded = loaded();

        assertThat(loaded.listIncomplete()).isTrue();
        assertThat(named(loaded, "a").events()).hasSize(1);
    }

    @Test
    void emptyPagesAreReadOnAndAPageThatNamesItselfIsNoEndlessLoop() {
        calendars("pages", "loop");
        google.stubFor(get(urlPathMatching(".*/calendars/pages/events"))
                .willReturn(okJson("{\"kind\":\"calendar#events\",\"nextPageToken\":\"2\",\"items\":[]}")));
        google.stubFor(get(urlPathMatching(".*/calendars/pages/events"))
                .withQueryParam("pageToken", equalTo("2"))
                .willReturn(okJson(page(TIMED))));
        google.stubFor(get(urlPathMatching(".*/calendars/loop/events"))
                .willReturn(
                        okJson("{\"kind\":\"calendar#events\",\"nextPageToken\":\"same\",\"items\":[" + TIMED + "]}")));

        var loaded = loaded();

        assertThat(named(loaded, "pages").events()).hasSize(1);
        assertThat(named(loaded, "pages").incomplete()).isFalse();
        assertThat(named(loaded, "loop").incomplete()).isTrue();
        google.verify(2, getRequestedFor(urlPathMatching(".*/calendars/loop/events")));
    }

    private void token() {
        google.stubFor(post("/token")
                .willReturn(okJson("{\"access_token\":\"ya29.a\",\"expires_in\":3599,\"scope\":\""
                        + String.join(" ", Scopes.ASKED) + "\"}")));
    }

    private void calendars(String... ids) {
        token();
        google.stubFor(get(urlPathEqualTo(LIST))
                .willReturn(okJson("{\"items\":["
                        + Stream.of(ids).map(GoogleCalendarsTests::entry).collect(Collectors.joining(",")) + "]}")));
    }

    private static String entry(String id) {
        return "{\"id\":\"" + id + "\",\"summary\":\"" + id + "\",\"selected\":true,\"timeZone\":\"Europe/Berlin\"}";
    }

    private static String page(String items) {
        return "{\"kind\":\"calendar#events\",\"timeZone\":\"Europe/Berlin\",\"items\":[" + items + "]}";
    }

    private static void events(String calendar, String body) {
        google.stubFor(
                get(urlPathMatching(".*/calendars/" + calendar + "/events")).willReturn(okJson(body)));
    }

    private static void refused(String calendar, int status, String body) {
        google.stubFor(get(urlPathMatching(".*/calendars/" + calendar + "/events"))
                .willReturn(aResponse()
                        .withStatus(status)
                        .withBody(fixture("northworld-google-calendar/" + body + ".json"))));
    }

    private static Calendar named(Loaded loaded, String id) {
        return loaded.calendars().stream()
                .filter(calendar -> calendar.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Loaded loaded() {
        return (Loaded) load();
    }

    private static GoogleCalendarAnswer load() {
        var at = google.baseUrl();
        var settings = new GoogleSettings(
                "client",
                "secret",
                URI.create(at),
                URI.create(at + "/token"),
                URI.create(at + "/revoke"),
                URI.create(at + "/certs"),
                at,
                URI.create(at));
        var tokens = new GoogleAccessTokens(new TokenEndpoint(settings), Clock.systemUTC());
        return new GoogleCalendars(new CalendarCalls(settings), tokens, Clock.systemUTC())
                .load(
                        UUID.randomUUID(),
                        new Secret("1//planted"),
                        Instant.parse("2024-01-01T00:00:00Z"),
                        Instant.parse("2024-03-01T00:00:00Z"),
                        ZoneId.of("Europe/Berlin"));
    }

    private static String fixture(String file) {
        return EventReaderTests.text(file);
    }
}
