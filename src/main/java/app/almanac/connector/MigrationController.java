package app.almanac.connector;

import app.almanac.security.CurrentPerson;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.server.ResponseStatusException;

/** How many have come over from the legacy store, and who could not, for administrators. */
@Controller
class MigrationController {

    private static final String ADMIN = "admin";
    private static final int DAYS = 30;
    private static final int FAILURES = 50;
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** {@code store} is a word of the texts: how the legacy store answers now. Days and times are those of UTC. */
    record MigrationPage(String store, long people, long weak, List<Day> days, long most, List<Failed> failures) {}

    record Day(LocalDate date, long people) {}

    record Failed(String login, String reason, long times, ZonedDateTime last, String clock) {}

    private final LegacyStore store;
    private final MigrationRecord record;

    MigrationController(LegacyStore store, MigrationRecord record) {
        this.store = store;
        this.record = record;
    }

    /** Whether a page shows the way here. */
    @ControllerAdvice
    static class Link {

        @ModelAttribute("showsMigration")
        boolean showsMigration(@AuthenticationPrincipal @Nullable CurrentPerson person) {
            return person != null && person.roles().contains(ADMIN);
        }
    }

    @GetMapping("/migration")
    String migration(@AuthenticationPrincipal CurrentPerson person, Model model) {
        if (!person.roles().contains(ADMIN)) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN);
        }
        record.write();
        var days = record.days(DAYS).stream()
                .map(day -> new Day(day.date(), day.people()))
                .toList();
        model.addAttribute(
                "page",
                new MigrationPage(
                        storeNow(),
                        record.people(),
                        record.weak(),
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

    private static Failed failed(MigrationRecord.Failed failed) {
        var last = failed.last().atZone(ZoneOffset.UTC);
        return new Failed(
                failed.login(),
                failed.reason().toLowerCase(Locale.ROOT).replace('_', '-'),
                failed.times(),
                last,
                "%02d:%02d".formatted(last.getHour(), last.getMinute()));
    }
}
