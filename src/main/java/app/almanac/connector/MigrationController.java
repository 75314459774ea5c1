package app.almanac.connector;

import app.almanac.security.AdminPage;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** How many have come over from the legacy store, and who could not, for administrators. */
@Controller
class MigrationController {

    private static final int DAYS = 30;
    /** Of each reason. */
    private static final int FAILURES = 10;

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** {@code store} is a word of the texts: how the legacy store answers now. Days and times are those of UTC. */
    record MigrationPage(
            String store, long people, long weak, Again again, List<Day> days, long most, List<Failed> failures) {}

    /** How many were let in more than once, and the last time. */
    record Again(long people, ZonedDateTime last, String clock) {}

    record Day(LocalDate date, long people) {}

    record Failed(String login, String reason, long times, ZonedDateTime last, String clock) {}

    private final LegacyStore store;
    private final MigrationRecord record;

    MigrationController(LegacyStore store, MigrationRecord record) {
        this.store = store;
        this.record = record;
    }

    /** The way here, where there is an old store. */
    @Configuration(proxyBeanMethods = false)
    static class Link {

        @Bean
        AdminPage migrationPage(LegacySettings settings) {
            return new AdminPage("/migration", "migration", settings.isSet());
        }
    }

    @GetMapping("/migration")
    String migration(Model model) {
        var days = record.days(DAYS).stream()
                .map(day -> new Day(day.date(), day.people()))
                .toList();
        model.addAttribute(
                "page",
                new MigrationPage(
                        storeNow(),
                        record.people(),
                        record.weak(),
                        again(record.again()),
                        days,
                        days.stream().mapToLong(Day::people).max().orElse(1),
                        record.failures(FAILURES).stream()
                                .map(MigrationController::failed)
                                .toList()));
        return "connector/migration";
    }

    private String storeNow() {
        if (!store.isSet()) {
            return "unset";
        }
        return store.find(UUID.randomUUID().toString(), LOOK) instanceof LegacyStore.Answer.Unavailable
                ? "unavailable"
                : "answers";
    }

    private static Again again(MigrationRecord.Again again) {
        var last = again.last().atZone(ZoneOffset.UTC);
        return new Again(again.people(), last, clock(last));
    }

    private static String clock(ZonedDateTime time) {
        return "%02d:%02d".formatted(time.getHour(), time.getMinute());
    }

    private static Failed failed(MigrationRecord.Failed failed) {
        var last = failed.last().atZone(ZoneOffset.UTC);
        return new Failed(
                failed.login(),
                failed.reason().toLowerCase(Locale.ROOT).replace('_', '-'),
                failed.times(),
                last,
                clock(last));
    }
}
