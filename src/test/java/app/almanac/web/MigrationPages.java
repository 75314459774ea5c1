package app.almanac.web;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The migration page in every variant that was designed. */
final class MigrationPages {

    record Page(String store, long people, long weak, Again again, List<Day> days, long most, List<Failed> failures) {}

    record Again(long people, ZonedDateTime last, String clock) {}

    record Day(LocalDate date, long people) {}

    record Failed(String login, String reason, long times, ZonedDateTime last, String clock) {}

    private static final ZonedDateTime NOW = ZonedDateTime.of(2026, 11, 24, 8, 12, 0, 0, ZoneOffset.UTC);
    private static final List<Failed> FAILURES = Stream.of(
                    "unknown",
                    "unfit",
                    "wrong-password",
                    "disabled",
                    "ambiguous",
                    "nameless",
                    "unreadable-hash",
                    "throttled",
                    "store",
                    "busy")
            .map(reason -> new Failed("ol•••@old.example", reason, reason.length() % 4 + 1, NOW, "08:12"))
            .toList();
    private static final List<Day> DAYS = List.of(day(24, 12), day(23, 128), day(19, 1));

    private MigrationPages() {}

    static Map<String, String> all() {
        var pages = new HashMap<String, String>();
        pages.put("migration", page(new Page("answers", 141, 17, new Again(2, NOW, "08:12"), DAYS, 128, FAILURES)));
        pages.put(
                "migration-unavailable",
                page(new Page("unavailable", 1, 1, new Again(1, NOW, "08:12"), List.of(day(24, 1)), 1, List.of())));
        pages.put(
                "migration-unset", page(new Page("unset", 0, 0, new Again(0, NOW, "08:12"), List.of(), 1, List.of())));
        return pages;
    }

    private static Day day(int ofNovember, long people) {
        return new Day(LocalDate.of(2026, 11, ofNovember), people);
    }

    private static String page(Page page) {
        return Pages.render(
                "connector/migration",
                Map.of(
                        "page",
                        page,
                        "adminPages",
                        Pages.ADMIN_PAGES,
                        "person",
                        new Pages.Person("Ada", "ada@admin.example")));
    }
}
