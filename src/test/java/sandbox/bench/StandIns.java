package sandbox.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sandbox.GoogleStandIn;
import sandbox.Sandbox;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** FusionAuth and Google with set delays, a person with many accounts, and the recipe as it is usually written down. */
final class StandIns {

    static final Duration LINKS = Duration.ofMillis(50);
    static final Duration REFRESH = Duration.ofMillis(120);
    static final Duration LIST = Duration.ofMillis(120);
    static final Duration EVENTS = Duration.ofMillis(160);
    static final Duration CHAIN = LINKS.plus(REFRESH).plus(LIST).plus(EVENTS);
    private static final int CALENDARS = 3;
    private static final int EVENTS_EACH = 40;

    private final Sandbox sandbox;
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();

    StandIns(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    void slow(boolean slow) {
        sandbox.fusionAuth().delay("/api/identity-provider/link", slow ? LINKS : Duration.ZERO);
        sandbox.google().delay("/token", slow ? REFRESH : Duration.ZERO);
        sandbox.google().delay("/calendarList", slow ? LIST : Duration.ZERO);
        sandbox.google().delay("/events", slow ? EVENTS : Duration.ZERO);
    }

    /** Links that many accounts of three calendars and forty events to somebody, with refresh tokens of this moment. */
    List<String> link(String person, int accounts) {
        var linked = new ArrayList<String>();
        for (int i = 0; i < accounts; i++) {
            var account = person.substring(0, person.indexOf('@')) + i + "@planted.example";
            sandbox.google().plant(account, CALENDARS, EVENTS_EACH);
            sandbox.fusionAuth()
                    .link(
                            person,
                            GoogleStandIn.subOf(account),
                            account,
                            sandbox.google().grant(account));
            linked.add(account);
        }
        return linked;
    }

    /** Calls that arrived, but for those of the browser. */
    int calls() {
        return sandbox.fusionAuth().count("/api/")
                + sandbox.google().count("/token")
                + sandbox.google().count("/calendar/");
    }

    int refreshes() {
        return sandbox.google().count("/token");
    }

    /** Links, and for each account one after another: refresh, list, and the events of each calendar. */
    Duration literally(String person) throws IOException, InterruptedException {
        var settings = sandbox.settings();
        var begun = System.nanoTime();
        var links = get(
                URI.create(settings.get("FUSIONAUTH_URL") + "/api/identity-provider/link?identityProviderId="
                        + "a1a2a3a4-0000-4000-8000-000000000003&userId="
                        + sandbox.fusionAuth().idOf(person)),
                String.valueOf(settings.get("FUSIONAUTH_API_KEY")));
        for (var link : links.path("identityProviderLinks")) {
            var form = new LinkedHashMap<String, String>();
            form.put("grant_type", "refresh_token");
            form.put("refresh_token", link.path("token").asString());
            form.put("client_id", settings.get("GOOGLE_CLIENT_ID"));
            form.put("client_secret", settings.get("GOOGLE_CLIENT_SECRET"));
            var token = post(URI.create(String.valueOf(settings.get("GOOGLE_TOKEN_URL"))), form);
            var bearer = "Bearer " + token.path("access_token").asString();
            var root = settings.get("GOOGLE_CALENDAR_URL") + "/calendar/v3";
            for (var calendar :
                    get(URI.create(root + "/users/me/calendarList"), bearer).path("items")) {
                if (calendar.path("selected").asBoolean(false)) {
                    var from = Instant.now();
                    get(
                            URI.create(root + "/calendars/"
                                    + encoded(calendar.path("id").asString()) + "/events?timeMin=" + from
                                    + "&timeMax=" + from.plus(Duration.ofDays(14))),
                            bearer);
                }
            }
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private JsonNode get(URI address, String authorization) throws IOException, InterruptedException {
        return json.readTree(http.send(
                        HttpRequest.newBuilder(address)
                                .header("Authorization", authorization)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private JsonNode post(URI address, Map<String, String> form) throws IOException, InterruptedException {
        var body = new ArrayList<String>();
        form.forEach((name, value) -> body.add(name + "=" + encoded(value)));
        return json.readTree(http.send(
                        HttpRequest.newBuilder(address)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(String.join("&", body)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
