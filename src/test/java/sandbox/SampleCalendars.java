package sandbox;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The cast's Google calendars, around today, with the kinds of event that calendars really hold. */
final class SampleCalendars {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final Map<String, Map<String, List<Map<String, Object>>>> events =
            Collections.synchronizedMap(new TreeMap<>());
    private final Set<String> planted = ConcurrentHashMap.newKeySet();

    SampleCalendars() {
        var home = calendar("ana.home@gmail.example", "primary");
        add(home, "h1", "Dentist", timed(0, "09:30", "10:15"), Map.of("location", "Main Street 4"));
        add(home, "h2", "Grandmother's birthday", allDay(1, 2), Map.of("eventType", "birthday"));
        add(home, "h3", "Holidays at the sea", allDay(4, 9), Map.of("transparency", "transparent"));
        add(home, "h4", null, timed(2, "18:00", "19:00"), Map.of());
        add(home, "h5", "<script>alert('no')</script>", timed(3, "12:00", "12:30"), Map.of());
        home.add(Map.of("id", "h6", "status", "cancelled", "recurringEventId", "h"));
        add(
                home,
                "h7",
                "Parents' evening",
                timed(1, "19:00", "20:30"),
                Map.of("iCalUID", "parents@example", "attendees", List.of(answer("accepted"))));
        var work = calendar("ana.work@work.example", "primary");
        add(
                work,
                "w1",
                "Stand-up",
                timed(0, "09:00", "09:45"),
                Map.of("hangoutLink", "https://meet.google.com/abc-defg-hij"));
        add(work, "w2", "Quarter review", timed(1, "10:00", "12:00"), Map.of("status", "tentative"));
        add(
                work,
                "w3",
                "A talk nobody wants",
                timed(1, "11:00", "12:00"),
                Map.of("attendees", List.of(answer("declined"))));
        add(work, "w4", "Home office", allDay(0, 1), Map.of("eventType", "workingLocation"));
        add(work, "w5", "Night deployment", timed(2, "23:00", "02:00"), Map.of());
        add(work, "w6", "Focus", timed(3, "12:15", "14:00"), Map.of("eventType", "focusTime"));
        add(
                work,
                "w7",
                "Parents' evening",
                timed(1, "19:00", "20:30"),
                Map.of("iCalUID", "parents@example", "attendees", List.of(answer("needsAction"))));
        var club = calendar("ana.club@club.example", "primary");
        add(club, "c1", "Training", timed(0, "18:30", "20:00"), Map.of());
        add(club, "c2", "Match abroad", timed(5, "15:00", "17:00"), Map.of("location", "Vienna"));
        add(
                calendar("ana.club@club.example", "fixtures#club@group.example"),
                "f1",
                "League day",
                allDay(5, 6),
                Map.of());
        var ben = calendar("ben.home@gmail.example", "primary");
        add(ben, "b1", "Ben's secret party", timed(0, "20:00", "23:00"), Map.of());
    }

    void plant(String account, int calendars, int events) {
        if (this.events.containsKey(account)) {
            return;
        }
        planted.add(account);
        for (int i = 0; i < calendars; i++) {
            calendar(account, i == 0 ? "primary" : account + i);
        }
        for (int i = 0; i < events; i++) {
            var id = i % calendars == 0 ? "primary" : account + i % calendars;
            var hour = 7 + i / 7 % 12;
            add(
                    calendar(account, id),
                    account + i,
                    "Planted " + i,
                    timed(7 + i % 7, "%02d:00".formatted(hour), "%02d:45".formatted(hour)),
                    Map.of("location", "Room " + i % 9));
        }
    }

    Set<String> accounts() {
        return events.keySet();
    }

    Map<String, Object> list(String account) {
        var items = new ArrayList<Map<String, Object>>();
        for (var id : events.getOrDefault(account, Map.of("primary", List.of())).keySet()) {
            var primary = id.equals("primary");
            var item = new LinkedHashMap<String, Object>();
            item.put("id", primary ? account : id);
            item.put("summary", primary ? account : "Fixtures");
            item.put("timeZone", BERLIN.getId());
            item.put("accessRole", "owner");
            item.put("selected", true);
            if (primary) {
                item.put("primary", true);
            }
            items.add(item);
        }
        items.add(Map.of("id", "hidden@group.example", "summary", "Not shown", "accessRole", "reader"));
        return Map.of("kind", "calendar#calendarList", "items", items);
    }

    /** Pages of three, so that the way to the next page is taken. */
    Map<String, Object> events(String account, String calendar, Map<String, String> query) {
        var id = calendar.equals(account) ? "primary" : calendar;
        var from = OffsetDateTime.parse(String.valueOf(query.get("timeMin"))).toInstant();
        var to = OffsetDateTime.parse(String.valueOf(query.get("timeMax"))).toInstant();
        var all = events.getOrDefault(account, Map.of()).getOrDefault(id, List.of()).stream()
                .filter(event -> !event.containsKey("start")
                        || (instant(event, "start").isBefore(to)
                                && instant(event, "end").isAfter(from)))
                .toList();
        var first = Integer.parseInt(query.getOrDefault("pageToken", "0"));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("kind", "calendar#events");
        answer.put("timeZone", BERLIN.getId());
        var most = planted.contains(account) ? 250 : 3;
        answer.put("items", all.subList(Math.min(first, all.size()), Math.min(first + most, all.size())));
        if (first + most < all.size()) {
            answer.put("nextPageToken", String.valueOf(first + most));
        }
        return answer;
    }

    private List<Map<String, Object>> calendar(String account, String id) {
        return events.computeIfAbsent(account, none -> new LinkedHashMap<>())
                .computeIfAbsent(id, none -> new ArrayList<>());
    }

    private static void add(
            List<Map<String, Object>> calendar,
            String id,
            @org.jspecify.annotations.Nullable String title,
            Map<String, Object> when,
            Map<String, Object> more) {
        var event = new LinkedHashMap<String, Object>();
        event.put("kind", "calendar#event");
        event.put("id", id);
        event.put("status", "confirmed");
        event.put("iCalUID", id + "@sandbox.example");
        event.put("htmlLink", "https://calendar.google.com/event?eid=" + id);
        if (title != null) {
            event.put("summary", title);
        }
        event.putAll(when);
        event.putAll(more);
        calendar.add(event);
    }

    private static Map<String, Object> answer(String status) {
        return Map.of("self", true, "responseStatus", status);
    }

    private static Map<String, Object> allDay(int from, int to) {
        var today = LocalDate.now(BERLIN);
        return Map.of(
                "start", Map.of("date", today.plusDays(from).toString()),
                "end", Map.of("date", today.plusDays(to).toString()));
    }

    private static Map<String, Object> timed(int day, String from, String to) {
        var date = LocalDate.now(BERLIN).plusDays(day);
        var start = LocalTime.parse(from);
        var end = LocalTime.parse(to);
        return Map.of(
                "start", time(date, start),
                "end", time(end.isBefore(start) ? date.plusDays(1) : date, end));
    }

    private static Map<String, Object> time(LocalDate date, LocalTime time) {
        return Map.of(
                "dateTime", date.atTime(time).atZone(BERLIN).toOffsetDateTime().toString(),
                "timeZone", BERLIN.getId());
    }

    private static java.time.Instant instant(Map<String, Object> event, String end) {
        if (!(event.get(end) instanceof Map<?, ?> time)) {
            throw new IllegalStateException(Arrays.toString(event.keySet().toArray()));
        }
        return time.get("dateTime") instanceof String text
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDate.parse(String.valueOf(time.get("date")))
                        .atStartOfDay(BERLIN)
                        .toInstant();
    }
}
