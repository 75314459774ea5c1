package app.almanac.google;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads an event from Google's JSON. It works on the tree, because the vendor's typed model reads a time without an
 * offset in the machine's zone and lets one malformed date end a whole page.
 */
final class EventReader {

    private final String calendarId;
    private final ZoneId calendarZone;

    EventReader(String calendarId, ZoneId calendarZone) {
        this.calendarId = calendarId;
        this.calendarZone = calendarZone;
    }

    /** Cancelled instances, which need not have a time, and tasks are no events to show. */
    static boolean isNoEvent(JsonNode item) {
        return "cancelled".equals(text(item, "status")) || "tasks#task".equals(text(item, "kind"));
    }

    /** The event, or empty when it has no usable id or start. */
    Optional<Event> read(JsonNode item) {
        var id = text(item, "id");
        if (id == null) {
            return Optional.empty();
        }
        try {
            var start = item.path("start");
            return Optional.of(new Event(
                    id,
                    calendarId,
                    text(item, "iCalUID"),
                    originalStart(item.path("originalStartTime")),
                    text(item, "summary"),
                    when(start, item.path("end")),
                    text(start, "timeZone"),
                    text(item, "location"),
                    "tentative".equals(text(item, "status")) ? "tentative" : "confirmed",
                    "transparent".equals(text(item, "transparency")),
                    answer(item.path("attendees")),
                    Optional.ofNullable(text(item, "eventType")).orElse("default"),
                    webAddress(text(item, "htmlLink")),
                    meeting(item)));
        } catch (DateTimeException noUsableStart) {
            return Optional.empty();
        }
    }

    private When when(JsonNode start, JsonNode end) {
        var date = text(start, "date");
        if (date != null && date.length() == 10) {
            var first = LocalDate.parse(date);
            var endDate = text(end, "date");
            var last = endDate == null
                    ? first.plusDays(1)
                    : LocalDate.parse(endDate.substring(0, Math.min(10, endDate.length())));
            return new When.AllDay(first, last.isAfter(first) ? last : first.plusDays(1));
        }
        var from = instant(start, date);
        if (from == null) {
            throw new DateTimeException("no start");
        }
        var to = instant(end, text(end, "date"));
        return new When.Timed(from, to == null || to.isBefore(from) ? from : to);
    }

    /** The offset decides; without one the zone beside the time, then the calendar's. */
    private @Nullable Instant instant(JsonNode time, @Nullable String misplaced) {
        var text = Optional.ofNullable(text(time, "dateTime")).orElse(misplaced);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException withoutOffset) {
            var zone = text(time, "timeZone");
            return LocalDateTime.parse(text)
                    .atZone(zone == null ? calendarZone : ZoneId.of(zone))
                    .toInstant();
        }
    }

    private static @Nullable String originalStart(JsonNode original) {
        var time = text(original, "dateTime");
        if (time == null) {
            return text(original, "date");
        }
        try {
            return OffsetDateTime.parse(time).toInstant().toString();
        } catch (DateTimeException withoutOffset) {
            return time;
        }
    }

    private static Event.Answer answer(JsonNode attendees) {
        for (var attendee : attendees) {
            if (attendee.path("self").asBoolean(false)) {
                return switch (Optional.ofNullable(text(attendee, "responseStatus"))
                        .orElse("")) {
                    case "needsAction" -> Event.Answer.NEEDS_ACTION;
                    case "tentative" -> Event.Answer.TENTATIVE;
                    case "declined" -> Event.Answer.DECLINED;
                    case "accepted" -> Event.Answer.ACCEPTED;
                    default -> Event.Answer.NONE;
                };
            }
        }
        return Event.Answer.NONE;
    }

    private static @Nullable String meeting(JsonNode item) {
        for (var entry : item.path("conferenceData").path("entryPoints")) {
            var address = "video".equals(text(entry, "entryPointType")) ? webAddress(text(entry, "uri")) : null;
            if (address != null) {
                return address;
            }
        }
        return webAddress(text(item, "hangoutLink"));
    }

    private static @Nullable String webAddress(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            var address = URI.create(text.strip());
            var web = "https".equalsIgnoreCase(address.getScheme()) || "http".equalsIgnoreCase(address.getScheme());
            return web && address.getHost() != null ? address.toString() : null;
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    static @Nullable String text(JsonNode node, String field) {
        var value = node.path(field);
        return value.isString() && !value.asString().isBlank()
                ? value.asString().strip()
                : null;
    }
}
