package app.almanac.web;

import app.almanac.security.AdminPage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.thymeleaf.context.WebContext;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import org.thymeleaf.web.servlet.JakartaServletWebApplication;

/** The templates with sample models, rendered without an application around them. */
final class Pages {

    static final List<String> OUTCOMES = List.of(
            "connected",
            "reconnected",
            "nothing-linked",
            "wrong-account",
            "belongs-to-another-person",
            "calendar-permission-missing",
            "cancelled",
            "limit-reached",
            "reconnect-needed",
            "expired",
            "unavailable",
            "disconnected",
            "disconnected-not-revoked",
            "role-given",
            "role-taken",
            "role-of-your-own",
            "role-by-rule",
            "role-of-everybody",
            "role-unknown",
            "role-unavailable",
            "device-signed-out",
            "devices-signed-out",
            "device-named",
            "invitation-made",
            "invitation-withdrawn",
            "invitation-in-use",
            "invitation-expired",
            "quota-reached",
            "enough-for-today",
            "inviting-paused",
            "person-paused",
            "person-resumed");

    static final List<Integer> STATUSES = List.of(400, 403, 404, 405, 410, 413, 429, 500, 503, 418);

    private static final SpringTemplateEngine ENGINE = engine();

    record Person(String name, String email) {}

    record Farewell(String reason, String by) {}

    private Pages() {}

    static SpringTemplateEngine engine() {
        var texts = new ResourceBundleMessageSource();
        texts.setBasename("messages");
        texts.setDefaultEncoding("UTF-8");
        texts.setFallbackToSystemLocale(false);
        var templates = new ClassLoaderTemplateResolver();
        templates.setPrefix("templates/");
        templates.setSuffix(".html");
        templates.setCharacterEncoding("UTF-8");
        var engine = new SpringTemplateEngine();
        engine.setTemplateEngineMessageSource(texts);
        engine.setTemplateResolver(templates);
        return engine;
    }

    /** Every page in every variant that was designed, by a name for it. */
    static Map<String, String> all() {
        var pages = new HashMap<String, String>();
        pages.put("home", render("home", Map.of()));
        for (var problem : List.of("refused", "unavailable", "expired", "wait", "too-many-devices")) {
            pages.put("sign-in-" + problem, render("sign-in/problem", Map.of("problem", problem)));
        }
        for (var reason : List.of(
                "revoked",
                "locked",
                "unregistered",
                "gone",
                "elsewhere",
                "limit",
                "replaced",
                "idle",
                "undecided",
                "self",
                "over")) {
            pages.put("signed-out-" + reason, render("sign-in/ended", Map.of("why", new Farewell(reason, "Firefox"))));
        }
        pages.put(
                "not-invited", render("sign-in/not-invited", Map.of("signOutUrl", "https://id.example/oauth2/logout")));
        for (var status : STATUSES) {
            pages.put("error-" + status, render("error", Map.of("status", status)));
        }
        pages.put("error-parameter", render("error", Map.of("status", 400, "parameter", "date")));
        pages.put("accounts", accounts(SamplePages.cards(), null, false));
        pages.put("accounts-empty", accounts(List.of(), null, false));
        pages.put("accounts-full", accounts(SamplePages.cards(), null, true));
        for (var outcome : OUTCOMES) {
            var route = "nothing-linked".equals(outcome) ? "direct" : null;
            pages.put("outcome-" + outcome, notice(new Notice(outcome, "ana@gmail.example", route)));
        }
        pages.putAll(MembersPages.all());
        pages.put("roles", roles(SamplePages.roles()));
        pages.put("roles-unconfirmed", roles(SamplePages.rolesUnconfirmed()));
        pages.put("roles-as-of-sign-in", roles(SamplePages.rolesAsOfSignIn()));
        for (var view : List.of("agenda", "week", "month")) {
            pages.put("calendar-" + view, calendar(SamplePages.calendar(view)));
        }
        pages.put("sessions", sessions(SamplePages.sessions(), 2, Map.of()));
        pages.put(
                "sessions-many",
                sessions(SamplePages.sessions(), 1234, Map.of("filtered", true, "indicator", "shop 12")));
        pages.put("sessions-none", sessions(List.of(), 0, Map.of("lags", true)));
        pages.put("sessions-none-match", sessions(List.of(), 0, Map.of("filtered", true, "user", "x")));
        pages.put(
                "sessions-bad-user", sessions(null, 0, Map.of("badField", "userId", "user", "ana", "filtered", true)));
        pages.put("sessions-bad-indicator", sessions(null, 0, Map.of("badField", "indicator", "filtered", true)));
        pages.put("sessions-unavailable", sessions(null, 0, Map.of("lags", true)));
        for (var outcome : List.of("ended", "another-count", "some-ended", "unavailable")) {
            var told = new SamplePages.Told(outcome, 3, 2);
            pages.put("sessions-" + outcome, sessions(SamplePages.sessions(), 2, Map.of("told", told)));
        }
        pages.put("calendar-no-accounts", calendar(SamplePages.withoutAccounts()));
        pages.put("calendar-nothing", calendar(SamplePages.withoutEvents()));
        pages.put("devices", devices(true));
        pages.put("devices-incomplete", devices(false));
        for (int tooMany : new int[] {0, 1, 2}) {
            pages.put("choice-" + tooMany, choice(tooMany));
        }
        pages.putAll(InvitationPages.all());
        pages.putAll(MigrationPages.all());
        return pages;
    }

    static String devices(boolean complete) {
        var model = signedIn();
        model.put("devices", SamplePages.devices());
        model.put("complete", complete);
        model.put("limit", 3);
        model.put("newDevices", SamplePages.devices().subList(1, 2));
        return render("devices/devices", model);
    }

    static String choice(int tooMany) {
        var model = signedIn();
        model.put("devices", SamplePages.devices().subList(1, 3));
        model.put("tooMany", tooMany);
        model.put("limit", 2);
        return render("devices/choice", model);
    }

    static String notice(Notice notice) {
        return accounts(SamplePages.cards(), notice, false);
    }

    static String accounts(List<SamplePages.AccountCard> cards, @Nullable Notice notice, boolean atLimit) {
        var model = signedIn();
        model.put("accounts", cards);
        model.put("limit", 10);
        model.put("atLimit", atLimit);
        if (notice != null) {
            model.put("notice", notice);
        }
        return render("accounts/accounts", model);
    }

    static String roles(SamplePages.RolesPage page) {
        var model = signedIn();
        model.put("page", page);
        return render("roles/roles", model);
    }

    static String calendar(SamplePages.CalendarPage page) {
        var model = signedIn();
        model.put("page", page);
        model.put("zoneSource", "default");
        return render("calendar/calendar", model);
    }

    static String sessions(@Nullable List<SamplePages.Session> sessions, int total, Map<String, Object> more) {
        var model = signedIn();
        model.put("adminPages", ADMIN_PAGES);
        model.put("user", "");
        model.put("indicator", "");
        if (sessions != null) {
            model.put("sessions", sessions);
            model.put("total", total);
            model.put("zone", "Europe/Berlin");
        }
        model.put("filtered", false);
        model.putAll(more);
        return render("sessions/sessions", model);
    }

    static final List<AdminPage> ADMIN_PAGES =
            List.of(new AdminPage("/migration", "migration", true), new AdminPage("/sessions", "sessions", true));

    static String render(String template, Map<String, Object> model) {
        var application = JakartaServletWebApplication.buildApplication(new MockServletContext());
        var exchange = application.buildExchange(new MockHttpServletRequest(), new MockHttpServletResponse());
        return ENGINE.process(template, new WebContext(exchange, Locale.ENGLISH, model));
    }

    static Map<String, Object> signedIn() {
        return new HashMap<>(Map.of("person", new Person("Ana Moreno", "ana@example.com")));
    }
}
