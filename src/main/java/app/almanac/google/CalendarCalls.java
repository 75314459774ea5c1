package app.almanac.google;

import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import app.almanac.upstream.UpstreamCalls;
import app.almanac.upstream.UpstreamCalls.Outcome;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.DateTime;
import com.google.api.services.calendar.CalendarRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One call to the Calendar API with one access token: Google's client builds and sends it, without any of its retries
 * (ten of them make one rejected token into eleven calls), and the answer is classified here once.
 */
@Component
class CalendarCalls {

    /** What the API said. */
    sealed interface Reply {

        record Page(JsonNode json) implements Reply {}

        record Unauthorized() implements Reply {}

        record PermissionMissing() implements Reply {}

        record Gone() implements Reply {}

        /** A refusal of this one calendar, for a reason that is nobody's to mend here. */
        record Refused() implements Reply {}

        record Unreachable(GoogleCalendarAnswer.Cause cause) implements Reply {}
    }

    private record Raw(int status, @Nullable JsonNode json) {}

    private static final Logger log = LoggerFactory.getLogger(CalendarCalls.class);
    private static final int READ_AT_MOST = 5 << 20;
    private static final Duration LIST = Duration.ofSeconds(3);
    private static final Duration EVENTS = Duration.ofSeconds(4);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String EVENT_FIELDS = "nextPageToken,timeZone,items(kind,id,status,iCalUID,originalStartTime,"
            + "start,end,summary,location,htmlLink,hangoutLink,conferenceData/entryPoints(entryPointType,uri),"
            + "eventType,visibility,transparency,attendees(self,responseStatus))";

    private final GoogleSettings settings;
    private final HttpTransport transport = new NetHttpTransport();

    CalendarCalls(GoogleSettings settings) {
        this.settings = settings;
    }

    Reply calendars(Secret accessToken, @Nullable String page) {
        return call(
                "calendar list",
                LIST,
                () -> client(accessToken)
                        .calendarList()
                        .list()
                        .setMaxResults(250)
                        .setPageToken(page));
    }

    Reply events(Secret accessToken, String calendar, Instant from, Instant to, ZoneId zone, @Nullable String page) {
        return call(
                "events",
                EVENTS,
                () -> client(accessToken)
                        .events()
                        .list(calendar)
                        .setSingleEvents(true)
                        .setOrderBy("startTime")
                        .setTimeMin(new DateTime(from.toString()))
                        .setTimeMax(new DateTime(to.toString()))
                        .setTimeZone(zone.getId())
                        .setMaxResults(1000)
                        .setMaxAttendees(1)
                        .setFields(EVENT_FIELDS)
                        .setPageToken(page));
    }

    private interface Request {
        CalendarRequest<?> build() throws IOException;
    }

    private com.google.api.services.calendar.Calendar client(Secret accessToken) {
        return new com.google.api.services.calendar.Calendar.Builder(
                        transport, GsonFactory.getDefaultInstance(), request -> {
                            request.getHeaders().setAuthorization("Bearer " + accessToken.reveal());
                            request.setConnectTimeout(1000);
                            request.setReadTimeout(4000);
                            request.setNumberOfRetries(0);
                            request.setFollowRedirects(false);
                            request.setThrowExceptionOnExecuteError(false);
                            request.setLoggingEnabled(false);
                        })
                .setRootUrl(settings.calendarUrl() + "/")
                .setApplicationName("Almanac")
                .build();
    }

    private static Reply call(String operation, Duration deadline, Request request) {
        var begun = System.nanoTime();
        var reply = asked(deadline, request);
        UpstreamCalls.record("google", operation, outcome(reply), begun);
        return reply;
    }

    private static Outcome outcome(Reply reply) {
        return switch (reply) {
            case Reply.Page ignored -> Outcome.OK;
            case Reply.Gone ignored -> Outcome.OK;
            case Reply.Unauthorized ignored -> Outcome.REFUSED;
            case Reply.PermissionMissing ignored -> Outcome.REFUSED;
            case Reply.Refused ignored -> Outcome.REFUSED;
            case Reply.Unreachable(var cause) ->
                switch (cause) {
                    case DOWN -> Outcome.FAILED;
                    case SLOW -> Outcome.LATE;
                    case BUSY -> Outcome.BUSY;
                    case OPERATOR -> Outcome.REFUSED;
                };
        };
    }

    private static Reply asked(Duration deadline, Request request) {
        try {
            return classified(Upstream.within(deadline, () -> {
                var http = request.build().buildHttpRequest();
                http.setThrowExceptionOnExecuteError(false);
                var response = http.execute();
                try (var body = response.getContent()) {
                    return new Raw(
                            response.getStatusCode(), body == null ? null : parsed(body.readNBytes(READ_AT_MOST)));
                } finally {
                    response.disconnect();
                }
            }));
        } catch (TimeoutException e) {
            log.warn("Google's Calendar API did not answer within {} ms", deadline.toMillis());
            return new Reply.Unreachable(GoogleCalendarAnswer.Cause.SLOW);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            log.warn(
                    "Google's Calendar API could not be asked: {}",
                    cause == null ? "unknown" : cause.getClass().getSimpleName());
            return new Reply.Unreachable(GoogleCalendarAnswer.Cause.DOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Unreachable(GoogleCalendarAnswer.Cause.SLOW);
        }
    }

    private static Reply classified(Raw raw) {
        var json = raw.json();
        return switch (raw.status()) {
            case 200 ->
                json != null && json.isObject()
                        ? new Reply.Page(json)
                        : new Reply.Unreachable(GoogleCalendarAnswer.Cause.DOWN);
            case 401 -> new Reply.Unauthorized();
            case 404, 410 -> new Reply.Gone();
            case 429 -> new Reply.Unreachable(GoogleCalendarAnswer.Cause.BUSY);
            case 400, 403 -> refused(json);
            default -> new Reply.Unreachable(GoogleCalendarAnswer.Cause.DOWN);
        };
    }

    /** 403 is both "slow down" and "not allowed": the reason decides, and one that cannot be read is a refusal. */
    private static Reply refused(@Nullable JsonNode json) {
        var error = json == null ? JSON.createObjectNode() : json.path("error");
        var reasons = new java.util.HashSet<String>();
        error.path("errors").forEach(item -> reasons.add(item.path("reason").asString("")));
        error.path("details").forEach(item -> reasons.add(item.path("reason").asString("")));
        if (reasons.contains("insufficientPermissions") || reasons.contains("ACCESS_TOKEN_SCOPE_INSUFFICIENT")) {
            return new Reply.PermissionMissing();
        }
        if (reasons.contains("rateLimitExceeded")
                || reasons.contains("userRateLimitExceeded")
                || reasons.contains("quotaExceeded")
                || reasons.contains("dailyLimitExceeded")) {
            return new Reply.Unreachable(GoogleCalendarAnswer.Cause.BUSY);
        }
        if (reasons.contains("accessNotConfigured") || reasons.contains("SERVICE_DISABLED")) {
            log.error("The Google Calendar API is not enabled in Almanac's Google project");
            return new Reply.Unreachable(GoogleCalendarAnswer.Cause.OPERATOR);
        }
        return new Reply.Refused();
    }

    private static @Nullable JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
