package app.almanac.web;

import app.almanac.settings.AppUrl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.web.header.writers.HstsHeaderWriter;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.WebContext;
import org.thymeleaf.web.servlet.JakartaServletWebApplication;

/** The answer for "not now", which needs neither a session nor the database: a page, or a problem detail for machines. */
@Component
public class UnavailablePage {

    private final ITemplateEngine templates;
    private final AppUrl url;
    /** For those whom nobody has looked at yet: the same for all, and made once, since there is no time to spare. */
    private volatile @Nullable String nobodys;

    private final HstsHeaderWriter strictTransport = new HstsHeaderWriter();

    UnavailablePage(ITemplateEngine templates, AppUrl url) {
        this.templates = templates;
        this.url = url;
        strictTransport.setRequestMatcher(AnyRequestMatcher.INSTANCE); // the proxy ends TLS
    }

    /**
     * In place of whatever answer was begun; the request keeps its name, and an instance that leaves still says so. What was
     * begun may have left its person with the request, so this page is theirs and is not kept.
     */
    public void showInstead(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var name = response.getHeader(RequestId.HEADER);
        var leaving = response.getHeader(HttpHeaders.CONNECTION);
        response.reset();
        if (name != null) {
            response.setHeader(RequestId.HEADER, name);
        }
        if (leaving != null) {
            response.setHeader(HttpHeaders.CONNECTION, leaving);
        }
        begin(request, response);
        if (!isForMachines(request, response)) {
            response.getWriter().write(page(request, response));
        }
    }

    /** Before anything was begun. */
    public void show(HttpServletRequest request, HttpServletResponse response) throws IOException {
        begin(request, response);
        if (isForMachines(request, response)) {
            return;
        }
        var known = nobodys;
        if (known == null) {
            known = page(request, response);
            nobodys = known;
        }
        response.getWriter().write(known);
    }

    private void begin(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        response.setHeader(HttpHeaders.RETRY_AFTER, "5");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Robots-Tag", "noindex, nofollow");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'");
        if (url.isHttps()) {
            strictTransport.writeHeaders(request, response);
        }
    }

    /** Whether it was a machine that asked, which is answered by this. */
    private static boolean isForMachines(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (StatusPages.isForMachines(request.getServletPath())) {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.getWriter().write("{\"title\":\"Service Unavailable\",\"status\":503}");
            return true;
        }
        response.setContentType(MediaType.TEXT_HTML_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        return false;
    }

    private String page(HttpServletRequest request, HttpServletResponse response) {
        var exchange = JakartaServletWebApplication.buildApplication(request.getServletContext())
                .buildExchange(request, response);
        var context = new WebContext(exchange, request.getLocale());
        context.setVariable("status", HttpStatus.SERVICE_UNAVAILABLE.value());
        return templates.process("error", context);
    }
}
