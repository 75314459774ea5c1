package app.almanac.web;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.settings.AppUrl;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.stereotype.Controller;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;

class StatusPagesTests {

    private final MockMvcTester browser =
            MockMvcTester.create(MockMvcBuilders.standaloneSetup(new StatusPages(), new Picky())
                    .setControllerAdvice(new ErrorPages())
                    .setViewResolvers(views())
                    .build());

    @Controller
    static class Picky {

        @GetMapping("/picky")
        String picky(@RequestParam int number) {
            throw new BadParameter("number" + number);
        }
    }

    @Test
    void anyStatusHasAPageForPeople() {
        for (var status : Pages.STATUSES) {
            assertThat(browser.get().uri("/error").requestAttr(RequestDispatcher.ERROR_STATUS_CODE, status))
                    .hasStatus(status)
                    .hasContentTypeCompatibleWith(MediaType.TEXT_HTML)
                    .bodyText()
                    .contains("data-status=\"" + status + "\"");
        }
    }

    @Test
    void machinesGetAProblemDetail() {
        assertThat(browser.get()
                        .uri("/error")
                        .requestAttr(RequestDispatcher.ERROR_STATUS_CODE, 404)
                        .requestAttr(RequestDispatcher.ERROR_REQUEST_URI, "/api/nothing"))
                .hasStatus(404)
                .hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void theAddressOfTheErrorPageItselfIsNoPage() {
        assertThat(browser.get().uri("/error")).hasStatus(404);
    }

    @Test
    void aParameterThatIsBadMissingOrOfAnotherTypeIsNamedWithoutItsValue() {
        assertThat(browser.get().uri("/picky?number=7"))
                .hasStatus(400)
                .bodyText()
                .contains("“number7”");
        assertThat(browser.get().uri("/picky")).hasStatus(400).bodyText().contains("“number”");
        assertThat(browser.get().uri("/picky?number=soon"))
                .hasStatus(400)
                .bodyText()
                .contains("“number”")
                .doesNotContain("soon");
    }

    @Test
    void thePageForNotNowTouchesNoSession() throws IOException {
        var request = new MockHttpServletRequest(new MockServletContext(), "GET", "/calendar");
        var response = new MockHttpServletResponse();

        notNow("http://almanac.example").show(request, response);

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader(HttpHeaders.RETRY_AFTER)).isEqualTo("5");
        assertThat(response.getContentType()).startsWith("text/html");
        assertThat(response.getContentAsString()).contains("Back in a moment");
        assertThat(response.getHeader("Strict-Transport-Security")).isNull();
        assertThat(request.getSession(false)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/events", "/fusionauth/events", "/fusionauth/connector"})
    void notNowIsAProblemDetailForMachinesAndOverHttpsStrictToo(String path) throws IOException {
        var request = new MockHttpServletRequest(new MockServletContext(), "POST", path);
        request.setServletPath(path);
        var response = new MockHttpServletResponse();

        notNow("https://almanac.example").show(request, response);

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader(HttpHeaders.RETRY_AFTER)).isEqualTo("5");
        assertThat(response.getContentType()).startsWith("application/problem+json");
        assertThat(response.getContentAsString()).contains("\"status\":503");
        assertThat(response.getHeader("Strict-Transport-Security")).contains("max-age=");
    }

    @Test
    void whatAFailedPageLeftOfItsPersonIsShownToNobodyElse() throws Exception {
        var page = notNow("http://localhost:8080");
        var ana = new MockHttpServletRequest(new MockServletContext(), "GET", "/calendar");
        ana.setAttribute("person", new Pages.Person("Ana Alvarez", "ana@example.com"));
        var hers = new MockHttpServletResponse();
        page.showInstead(ana, hers);
        assertThat(hers.getContentAsString()).contains("Ana Alvarez");

        var nobodys = new MockHttpServletResponse();
        page.show(new MockHttpServletRequest(new MockServletContext(), "GET", "/"), nobodys);

        assertThat(nobodys.getContentAsString()).contains("data-status=\"503\"").doesNotContain("Ana");
    }

    @Test
    void inPlaceOfWhatWasBegunARequestKeepsItsNameAndALeavingInstanceSaysSo() throws IOException {
        var request = new MockHttpServletRequest(new MockServletContext(), "GET", "/calendar");
        var response = new MockHttpServletResponse();
        response.setHeader(HttpHeaders.CONNECTION, "close");
        response.setHeader(RequestId.HEADER, "its-name");
        response.setHeader("X-Begun", "a page");

        notNow("http://localhost:8080").showInstead(request, response);

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader(HttpHeaders.CONNECTION)).isEqualTo("close");
        assertThat(response.getHeader(RequestId.HEADER)).isEqualTo("its-name");
        assertThat(response.getHeader("X-Begun")).isNull();
    }

    private static UnavailablePage notNow(String appUrl) {
        return new UnavailablePage(Pages.engine(), new AppUrl(URI.create(appUrl)));
    }

    @Test
    void aNoticeIsTakenOnce() {
        var notices = new Notices();
        var session = new org.springframework.mock.web.MockHttpSession();
        notices.leave(session, new Notice("connected", "ana@example.com", null));

        assertThat(notices.take(session)).isEqualTo(new Notice("connected", "ana@example.com", null));
        assertThat(notices.take(session)).isNull();
    }

    private static ThymeleafViewResolver views() {
        var views = new ThymeleafViewResolver();
        views.setTemplateEngine(Pages.engine());
        views.setCharacterEncoding("UTF-8");
        return views;
    }
}
