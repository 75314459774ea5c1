package app.almanac.sessions;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.FusionAuthSettings.Edition;
import app.almanac.security.CurrentPerson;
import app.almanac.sessions.SessionRecords.Answer;
import app.almanac.sessions.SessionRecords.Ending;
import app.almanac.sessions.SessionRecords.Page;
import app.almanac.sessions.SessionRequest.BadField;
import app.almanac.web.BadParameter;
import app.almanac.web.ViewerZone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The operator's page of the session service, for admins: who has a session where and until when, and how to end it.
 * It opens nothing that is sealed.
 */
@Controller
@RequestMapping("/sessions")
class SessionsController {

    /** A session as the page shows it. */
    record Row(
            String id,
            String user,
            @Nullable String indicator,
            String createdDatetime,
            String createdText,
            String expiresDatetime,
            String expiresText,
            Remaining remaining) {}

    /** How long it still is, in the largest unit that tells enough; the unit is the text's name. */
    record Remaining(String unit, long count) {

        static Remaining of(Duration time) {
            if (time.toMinutes() < 1) {
                return new Remaining("moment", 0);
            }
            if (time.toMinutes() < 120) {
                return new Remaining("minutes", time.toMinutes());
            }
            return time.toHours() < 48 ? new Remaining("hours", time.toHours()) : new Remaining("days", time.toDays());
        }
    }

    /** What came of the last ending, told once; the outcome is the text's name. */
    record Told(String outcome, int count, int left) implements Serializable {}

    private static final Logger log = LoggerFactory.getLogger(SessionsController.class);

    private static final int SHOWN = 100;
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    private final SessionServiceSettings settings;
    private final SessionRecords records;
    private final ViewerZone zones;
    private final boolean lags;
    private final Clock clock;

    SessionsController(
            SessionServiceSettings settings,
            SessionRecords records,
            FusionAuthSettings fusionAuth,
            ViewerZone zones,
            Clock clock) {
        this.settings = settings;
        this.records = records;
        this.zones = zones;
        this.lags = fusionAuth.edition() == Edition.LICENSED;
        this.clock = clock;
    }

    @GetMapping
    String sessions(
            @RequestParam(defaultValue = "") String user,
            @RequestParam(defaultValue = "") String indicator,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        requireOn();
        model.addAttribute("user", user);
        model.addAttribute("indicator", indicator);
        model.addAttribute("filtered", !user.isBlank() || !indicator.isBlank());
        model.addAttribute("lags", lags);
        try {
            show(filter(user, indicator), zones.remembered(request), model, response);
        } catch (BadField bad) {
            response.setStatus(HttpStatus.BAD_REQUEST.value());
            model.addAttribute("badField", bad.field());
        }
        return "sessions/sessions";
    }

    private void show(SessionFilter filter, ZoneId zone, Model model, HttpServletResponse response) {
        var now = clock.instant();
        switch (records.list(filter, SHOWN, now)) {
            case Answer.Given<Page>(var page) -> {
                model.addAttribute(
                        "sessions",
                        page.records().stream()
                                .map(record -> row(record, now, zone))
                                .toList());
                model.addAttribute("zone", zone);
                model.addAttribute("total", page.total());
            }
            case Answer.Unavailable<Page> ignored -> {
                response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
                response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            }
        }
    }

    @PostMapping("/{id}/ending")
    String end(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String user,
            @RequestParam(defaultValue = "") String indicator,
            @AuthenticationPrincipal CurrentPerson person,
            RedirectAttributes redirect) {
        requireOn();
        var told = switch (records.delete(named(id))) {
            case Answer.Given<Boolean>(var wasThere)
            when !wasThere -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            case Answer.Given<Boolean> ignored -> new Told("ended", 1, 0);
            case Answer.Unavailable<Boolean> ignored -> new Told("unavailable", 0, 0);
        };
        log.info("{} ended a session of a business application: {}", person.id(), told.outcome());
        return back(told, user, indicator, redirect);
    }

    /** Ends all that match, if the operator typed how many they are. */
    @PostMapping("/endings")
    String endAll(
            @RequestParam(defaultValue = "") String user,
            @RequestParam(defaultValue = "") String indicator,
            @RequestParam(defaultValue = "") String count,
            @AuthenticationPrincipal CurrentPerson person,
            RedirectAttributes redirect) {
        requireOn();
        var told = switch (records.end(filterOfAForm(user, indicator), number(count), clock.instant())) {
            case Answer.Unavailable<Ending> ignored -> new Told("unavailable", 0, 0);
            case Answer.Given<Ending>(Ending.AnotherCount(var actual)) -> new Told("another-count", actual, 0);
            case Answer.Given<Ending>(Ending.Some(var ended, var left)) -> new Told("some-ended", ended, left);
            case Answer.Given<Ending>(Ending.All(var ended)) -> new Told("ended", ended, 0);
        };
        log.info("{} ended sessions of business applications: {}, {}", person.id(), told.outcome(), told.count());
        return back(told, user, indicator, redirect);
    }

    private static UUID named(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException noIdAtAll) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, null, noIdAtAll);
        }
    }

    private void requireOn() {
        if (!settings.isOn()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
    }

    private static String back(Told told, String user, String indicator, RedirectAttributes redirect) {
        redirect.addFlashAttribute("told", told);
        if (!user.isBlank()) {
            redirect.addAttribute("user", user);
        }
        if (!indicator.isBlank()) {
            redirect.addAttribute("indicator", indicator);
        }
        return "redirect:/sessions";
    }

    private static SessionFilter filter(String user, String indicator) {
        return new SessionFilter(
                user.isBlank() ? null : SessionRequest.person(user.strip()),
                indicator.isBlank() ? null : SessionRequest.indicator(indicator));
    }

    /** A form of ours is never empty and never wrong. */
    private static SessionFilter filterOfAForm(String user, String indicator) {
        try {
            var filter = filter(user, indicator);
            if (!filter.isEmpty()) {
                return filter;
            }
        } catch (BadField bad) {
            throw new BadParameter(bad.field().equals("indicator") ? "indicator" : "user");
        }
        throw new BadParameter("user");
    }

    private static int number(String typed) {
        try {
            return Integer.parseInt(typed.replaceAll("[\\s,.]", ""));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Row row(SessionRecord record, Instant now, ZoneId zone) {
        return new Row(
                record.id().value().toString(),
                record.person().toString(),
                record.indicator(),
                record.createdAt().toString(),
                TEXT.format(record.createdAt().atZone(zone)),
                record.expiresAt().toString(),
                TEXT.format(record.expiresAt().atZone(zone)),
                Remaining.of(Duration.between(now, record.expiresAt())));
    }
}
