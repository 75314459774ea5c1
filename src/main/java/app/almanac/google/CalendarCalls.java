package app.almanac.google;

import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import app.almanac.upstream.UpstreamCalls;
import app.almanac.upstream.UpstreamCalls.Outcome;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.DateTime;
import com.google.api.services.calendar.CalendarRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.concurrent.ThreadLocalRandom;
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

        /** {@code retryAfter}: how long Google asked to be left alone, where it did. */
        record Unreachable(Cause cause, @Nullable Duration retryAfter) implements Reply {}
    }

    private record Raw(
            int status, @Nullable JsonNode json, @Nullable String retryAfter) {}

    private static final Logger log = LoggerFactory.getLogger(CalendarCalls.class);
    private static final Duration LIST = Duration.ofSeconds(3);
    private static final Duration EVENTS = Duration.ofSeconds(4);
    private static final Duration QUICKLY = Duration.ofMillis(500);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String EVENT_FIELDS =
            "kind,nextPageToken,timeZone,items(kind,id,status,iCalUID,originalStartTime,"
                    + "start,end,summary,location,htmlLink,hangoutLink,conferenceData/entryPoints(entryPointType,uri),"
                    + "eventType,visibility,transparency,attendees(self,responseStatus))";

    private final GoogleSettings settings;
    private final RetryBudget retries = new RetryBudget();

    CalendarCalls(GoogleSettings settings) {
        this.settings = settings;
    }

    Reply calendars(Secret accessToken, @Nullable String page, Duration left) {
        return call(
                "calendar list",
                () -> client(accessToken, shortest(LIST, left))
                        .calendarList()
                        .list()
                        .setMaxResults(250)
                        .setPageToken(page));
    }

    Reply events(
            Secret accessToken,
            String calendar,
            Instant from,
            Instant to,
            ZoneId zone,
            @Nullable String page,
            Duration left) {
        return call(
                "events",
                () -> client(accessToken, shortest(EVENTS, left))
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

    private com.google.api.services.calendar.Calendar client(Secret accessToken, Duration deadline) {
        return new com.google.api.services.calendar.Calendar.Builder(
                        new BoundedTransport(deadline), GsonFactory.getDefaultInstance(), request -> {
                            request.getHeaders().setAuthorization("Bearer " + accessToken.reveal());
                            request.setNumberOfRetries(0);
                            request.setFollowRedirects(false);
                            request.setThrowExceptionOnExecuteError(false);
                            request.setLoggingEnabled(false);
                        })
                .setRootUrl(settings.calendarUrl() + "/")
                .setApplicationName("Almanac")
                .build();
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The only place where a call to Google is repeated: once, when it failed quickly, and one call in ten at most. */
    private Reply call(String operation, Request request) {
        var begun = System.nanoTime();
        var reply = once(operation, request);
        if (reply instanceof Reply.Unreachable(var cause, var retryAfter)
                && cause == Cause.DOWN
                && retryAfter == null
                && System.nanoTime() - begun < QUICKLY.toNanos()
                && retries.take()) {
            try {
                Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(50, 150)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return reply;
            }
            return once(operation, request);
        }
        retries.called();
        return reply;
    }

    private static Reply once(String operation, Request request) {
        var begun = System.nanoTime();
        try {
            var reply = classified(sent(request));
            UpstreamCalls.record("google", operation, outcome(reply), begun);
            return reply;
        } catch (IOException e) {
            var outcome = UpstreamCalls.without(e);
            UpstreamCalls.record("google", operation, outcome, begun);
            log.warn("Google's Calendar API gave no answer: {}", e.getClass().getSimpleName());
            return new Reply.Unreachable(
                    switch (outcome) {
                        case LATE -> Cause.SLOW;
                        case NO_PLACE -> Cause.NO_PLACE;
                        default -> Cause.DOWN;
                    },
                    null);
        }
    }

    private static Outcome outcome(Reply reply) {
        return switch (reply) {
            case Reply.Page ignored -> Outcome.OK;
            case Reply.Gone ignored -> Outcome.OK;
            case Reply.Unauthorized ignored -> Outcome.REFUSED;
            case Reply.PermissionMissing ignored -> Outcome.REFUSED;
            case Reply.Refused ignored -> Outcome.REFUSED;
            case Reply.Unreachable(var cause, var ignored) ->
                switch (cause) {
                    case DOWN -> Outcome.FAILED;
                    case SLOW -> Outcome.LATE;
                    case BUSY -> Outcome.BUSY;
                    case OPERATOR -> Outcome.REFUSED;
                    case NO_PLACE -> Outcome.NO_PLACE;
                };
        };
    }

    private static Raw sent(Request request) throws IOException {
        var http = request.build().buildHttpRequest();
        http.setThrowExceptionOnExecuteError(false);
        var response = http.execute();
        try (var body = response.getContent()) {
            return new Raw(
                    response.getStatusCode(),
                    body == null ? null : parsed(body.readNBytes(Upstream.LARGEST)),
                    response.getHeaders().getRetryAfter());
        }
    }

    private static Reply classified(Raw raw) {
        var json = raw.json();
        return switch (raw.status()) {
            case 200 -> json != null && json.isObject() ? new Reply.Page(json) : down(null);
            case 401 -> new Reply.Unauthorized();
            case 404, 410 -> new Reply.Gone();
            case 429 -> new Reply.Unreachable(Cause.BUSY, Rests.asked(raw.retryAfter()));
            case 400, 403 -> refused(json, Rests.asked(raw.retryAfter()));
            default -> down(Rests.asked(raw.retryAfter()));
        };
    }

    private static Reply down(@Nullable Duration retryAfter) {
        return new Reply.Unreachable(Cause.DOWN, retryAfter);
    }

    /** 403 is both "slow down" and "not allowed": the reason decides, and one that cannot be read is a refusal. */
    private static Reply refused(@Nullable JsonNode json, @Nullable Duration retryAfter) {
        var error = json == null ? JSON.createObjectNode() : json.path("error");
        var reasons = new HashSet<String>();
        error.path("errors").forEach(item -> reasons.add(item.path("reason").asString("")));
        error.path("details").forEach(item -> reasons.add(item.path("reason").asString("")));
        if (reasons.contains("insufficientPermissions") || reasons.contains("ACCESS_TOKEN_SCOPE_INSUFFICIENT")) {
            return new Reply.PermissionMissing();
        }
        if (reasons.contains("rateLimitExceeded")
                || reasons.contains("userRateLimitExceeded")
                || reasons.contains("quotaExceeded")
                || reasons.contains("dailyLimitExceeded")) {
            return new Reply.Unreachable(Cause.BUSY, retryAfter);
        }
        if (reasons.contains("accessNotConfigured") || reasons.contains("SERVICE_DISABLED")) {
            log.error("The Google Calendar API is not enabled in Almanac's Google project");
            return new Reply.Unreachable(Cause.OPERATOR, null);
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
