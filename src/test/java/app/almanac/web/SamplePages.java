package app.almanac.web;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sample models in the shapes that the calendar and the accounts page are given. */
final class SamplePages {

    record CalendarPage(
            String view,
            LocalDate date,
            LocalDate previous,
            LocalDate next,
            LocalDate today,
            ZoneId zone,
            List<Strip> strips,
            List<Day> days) {}

    record Strip(
            String id,
            String email,
            int colour,
            String state,
            String reason,
            @Nullable String asOf,
            List<String> notes) {}

    record Day(LocalDate date, boolean today, List<Entry> entries, List<Entry> places) {}

    record Entry(
            String id,
            String accountIds,
            List<AccountLabel> accounts,
            @Nullable String title,
            boolean allDay,
            String startDatetime,
            String startText,
            String endDatetime,
            String endText,
            @Nullable String location,
            @Nullable String link,
            @Nullable String meeting,
            List<String> words,
            boolean conflict) {

        public int colour() {
            return accounts.getFirst().colour();
        }

        public boolean unsure() {
            return words.contains("maybe");
        }
    }

    record AccountLabel(String email, int colour) {}

    record AccountCard(String id, String email, int colour, String state, String reason, List<String> calendars) {}

    record DeviceCard(
            String id,
            String name,
            String what,
            @Nullable String givenName,
            boolean current,
            boolean ours,
            @Nullable String address,
            String firstSeen,
            String firstSeenAgo,
            String lastSeen,
            String lastSeenAgo) {}

    record Session(
            String id,
            String user,
            @Nullable String indicator,
            String createdDatetime,
            String createdText,
            String expiresDatetime,
            String expiresText,
            Remaining remaining) {}

    record Remaining(String unit, long count) {}

    record Told(String outcome, int count, int left) {}

    record RolesPage(
            boolean current,
            boolean admin,
            @Nullable String email,
            boolean verified,
            List<HeldRole> held,
            List<MissingRole> missing) {}

    record HeldRole(
            String name,
            Words reason,
            @Nullable String domain,
            @Nullable String givenBy,
            @Nullable ZonedDateTime since) {}

    record MissingRole(String name, Words cause, List<String> domains) {}

    record Words(String word, String text) {}

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
    private static final AccountLabel WORK = new AccountLabel("ana.moreno@northwind.example", 1);
    private static final AccountLabel HOME = new AccountLabel("ana@gmail.example", 2);
    private static final AccountLabel CHOIR = new AccountLabel("choir@gmail.example", 3);

    private SamplePages() {}

    static List<AccountCard> cards() {
        return List.of(
                card("a", WORK, "connected", "ok", List.of("Ana Moreno", "Team", "Holidays in Germany")),
                card("b", HOME, "reconnect-needed", "dead", List.of()),
                card("c", CHOIR, "calendar-permission-missing", "permission", List.of()),
                card("d", new AccountLabel("club@gmail.example", 4), "unreachable", "google-down", List.of()),
                card("e", new AccountLabel("school@gmail.example", 5), "loading", "google-slow", List.of()));
    }

    static List<Session> sessions() {
        var sessions = new ArrayList<Session>();
        for (var remaining : List.of(
                new Remaining("moment", 0),
                new Remaining("minutes", 1),
                new Remaining("minutes", 42),
                new Remaining("hours", 5),
                new Remaining("days", 9))) {
            sessions.add(new Session(
                    "5e551000-0000-5000-8000-00000000000" + sessions.size(),
                    "c0000000-0000-4000-8000-00000000000a",
                    sessions.size() == 2 ? null : "Shop <b>12</b>, till " + sessions.size(),
                    "2026-11-24T08:02:00Z",
                    "24 Nov 2026, 08:02",
                    "2026-11-24T13:02:00Z",
                    "24 Nov 2026, 13:02",
                    remaining));
        }
        return sessions;
    }

    static CalendarPage calendar(String view) {
        return page(view, strips(), days(view));
    }

    static CalendarPage withoutAccounts() {
        return page("agenda", List.of(), List.of());
    }

    static CalendarPage withoutEvents() {
        return page("week", strips().subList(0, 1), List.of(new Day(TODAY, true, List.of(), List.of())));
    }

    static RolesPage roles() {
        var since = TODAY.atStartOfDay(ZoneId.of("UTC"));
        var reasons = List.of("domain", "domain-and-hand", "former-rule", "default", "administrator");
        var held = new ArrayList<HeldRole>();
        for (var reason : reasons) {
            var domain = reason.startsWith("d") || reason.startsWith("f") ? "school.example" : null;
            held.add(new HeldRole(
                    "role-" + reason, new Words(reason.replaceAll("-.*|former", ""), reason), domain, null, since));
        }
        held.add(new HeldRole("admin", new Words("administrator", "administrator"), null, "Ada Admin", since));
        var causes = List.of("another-domain", "not-verified", "next-sign-in", "undefined", "by-hand-only");
        var missing = causes.stream()
                .map(cause -> new MissingRole(cause, new Words(cause, cause), List.of("school.example", "b.example")))
                .toList();
        return new RolesPage(true, true, "ana@example.com", true, held, missing);
    }

    static RolesPage rolesUnconfirmed() {
        return new RolesPage(true, false, "ana@school.example", false, List.of(), roles().missing());
    }

    static RolesPage rolesAsOfSignIn() {
        return new RolesPage(false, false, null, true, roles().held(), List.of());
    }

    private static AccountCard card(
            String id, AccountLabel account, String state, String reason, List<String> calendars) {
        return new AccountCard(id, account.email(), account.colour(), state, reason, calendars);
    }

    private static CalendarPage page(String view, List<Strip> strips, List<Day> days) {
        return new CalendarPage(
                view, TODAY, TODAY.minusDays(14), TODAY.plusDays(14), TODAY, ZoneId.of("Europe/Berlin"), strips, days);
    }

    private static List<Strip> strips() {
        var strips = new ArrayList<Strip>();
        strips.add(new Strip("a", WORK.email(), 1, "connected", "ok", null, List.of("Team")));
        strips.add(new Strip("b", HOME.email(), 2, "connected", "ok", null, List.of()));
        strips.add(new Strip("c", CHOIR.email(), 3, "reconnect-needed", "dead", "14:32", List.of()));
        strips.add(
                new Strip("d", "club@gmail.example", 4, "calendar-permission-missing", "permission", null, List.of()));
        int colour = 5;
        for (var reason : List.of("blank", "organisation")) {
            strips.add(strip(reason, "reconnect-needed", colour++));
        }
        for (var reason : List.of("google-down", "google-busy", "fusionauth-down", "operator")) {
            strips.add(strip(reason, "unreachable", colour++ % 8 + 1));
        }
        strips.add(strip("google-slow", "loading", 5));
        return strips;
    }

    private static Strip strip(String reason, String state, int colour) {
        return new Strip(reason, reason + "@gmail.example", colour, state, reason, null, List.of());
    }

    private static List<Day> days(String view) {
        var first = switch (view) {
            case "week" -> TODAY.minusDays(1);
            case "month" -> TODAY.withDayOfMonth(1);
            default -> TODAY;
        };
        var length = switch (view) {
            case "week" -> 7;
            case "month" -> 30;
            default -> 3;
        };
        var days = new ArrayList<Day>();
        for (var date = first; date.isBefore(first.plusDays(length)); date = date.plusDays(1)) {
            if (date.equals(TODAY)) {
                days.add(new Day(date, true, busy(), List.of(office())));
            } else if (date.getDayOfMonth() % 3 == 0) {
                days.add(new Day(date, false, List.of(choir()), List.of()));
            } else if (!"agenda".equals(view) || date.getDayOfMonth() == 26) {
                days.add(new Day(date, false, date.getDayOfMonth() == 26 ? List.of(offsite()) : List.of(), List.of()));
            }
        }
        return days;
    }

    private static List<Entry> busy() {
        return List.of(
                offsite(),
                new Entry(
                        "e1",
                        "a b",
                        List.of(WORK, HOME),
                        "Quarterly planning with everybody who has ever held a pencil",
                        false,
                        "2026-11-24T09:00:00+01:00",
                        "09:00",
                        "2026-11-24T10:30:00+01:00",
                        "10:30",
                        "Room Mercator, 4th floor",
                        "https://calendar.google.example/event?eid=1",
                        "https://meet.google.example/abc",
                        List.of(),
                        true),
                new Entry(
                        "e2",
                        "b",
                        List.of(HOME),
                        "Dentist",
                        false,
                        "2026-11-24T10:00:00+01:00",
                        "10:00",
                        "2026-11-24T10:45:00+01:00",
                        "10:45",
                        null,
                        null,
                        null,
                        List.of("not-answered", "maybe", "tentative", "free", "out-of-office", "focus-time"),
                        true),
                new Entry(
                        "e3",
                        "a",
                        List.of(WORK),
                        null,
                        false,
                        "2026-11-24T16:00:00+01:00",
                        "16:00",
                        "2026-11-24T17:00:00+01:00",
                        "17:00",
                        null,
                        null,
                        null,
                        List.of(),
                        false));
    }

    private static Entry offsite() {
        return new Entry(
                "e0",
                "a",
                List.of(WORK),
                "Offsite <b>in Lisbon</b>",
                true,
                "2026-11-24",
                "24 Nov 2026",
                "2026-11-27",
                "26 Nov 2026",
                "Lisbon",
                null,
                null,
                List.of(),
                false);
    }

    private static Entry office() {
        return new Entry(
                "office",
                "a",
                List.of(WORK),
                "Office, Hafenstraße",
                true,
                TODAY.toString(),
                "24 Nov",
                TODAY.toString(),
                "24 Nov",
                null,
                null,
                null,
                List.of(),
                false);
    }

    private static Entry choir() {
        return new Entry(
                "e4",
                "c",
                List.of(CHOIR),
                "Rehearsal: Buxtehude",
                false,
                "2026-11-27T19:30:00+01:00",
                "19:30",
                "2026-11-27T21:30:00+01:00",
                "21:30",
                "St. Katharinen",
                null,
                null,
                List.of(),
                false);
    }

    static List<DeviceCard> devices() {
        return List.of(
                device("1", "Firefox on Linux", null, true, true),
                device("2", "The phone in my coat", "The phone in my coat", false, true),
                device("3", "A device that does not say what it is", null, false, false));
    }

    private static DeviceCard device(String id, String name, @Nullable String given, boolean current, boolean ours) {
        return new DeviceCard(
                id,
                name,
                "Firefox on Linux",
                given,
                current,
                ours,
                ours ? "203.0.113.7" : null,
                "2026-11-20T08:00:00Z",
                "4 days ago",
                "2026-11-24T08:00:00Z",
                "just now");
    }
}
