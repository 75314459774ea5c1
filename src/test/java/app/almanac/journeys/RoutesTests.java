package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers.springSecurity;

import app.almanac.fusionauth.PersonId;
import app.almanac.security.CurrentPerson;
import jakarta.servlet.ServletException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Who may go where: every route of the running application against every kind of caller. A new one must be listed. */
class RoutesTests {

    /** {@code in}: let in, whatever the answer; {@code sign-in}: sent to sign in. The others are the status. */
    private static final String ROUTES = """
            route                                    | anonymous | user    | teacher | admin
            GET /                                    | in        | in      | in      | in
            GET /accounts                            | sign-in   | in      | in      | in
            POST /accounts/connection                | sign-in   | in      | in      | in
            GET /accounts/connection/direct          | sign-in   | in      | in      | in
            GET /accounts/connection/hosted          | sign-in   | in      | in      | in
            POST /accounts/{id}/disconnection        | sign-in   | in      | in      | in
            POST /accounts/{id}/reconnection         | sign-in   | in      | in      | in
            GET /api/events                          | 401       | in      | in      | in
            GET /calendar                            | sign-in   | in      | in      | in
            GET /devices                             | sign-in   | in      | in      | in
            GET /devices/choice                      | sign-in   | in      | in      | in
            POST /devices/choice                     | sign-in   | in      | in      | in
            POST /devices/sign-out-others            | sign-in   | in      | in      | in
            POST /devices/{id}/name                  | sign-in   | in      | in      | in
            POST /devices/{id}/sign-out              | sign-in   | in      | in      | in
            ANY /error                               | in        | in      | in      | in
            ANY /login/ended                         | in        | in      | in      | in
            ANY /login/problem                       | in        | in      | in      | in
            GET /invitations                         | sign-in   | in      | in      | in
            GET /invitations/invited                 | sign-in   | 403     | in      | 403
            POST /invitations                        | sign-in   | in      | in      | in
            POST /invitations/{id}/withdrawal        | sign-in   | in      | in      | in
            GET /invitations/tree                    | sign-in   | 403     | 403     | in
            POST /invitations/people/{id}/pause      | sign-in   | 403     | 403     | in
            POST /invitations/people/{id}/resumption | sign-in   | 403     | 403     | in
            GET /join/{code}                         | in        | in      | in      | in
            POST /join/{code}                        | in        | in      | in      | in
            POST /join/{code}/sign-in                | in        | in      | in      | in
            GET /joined                              | in        | in      | in      | in
            POST /fusionauth/events                  | 401       | 401     | 401     | 401
            POST /fusionauth/invitations/reservations| 401       | 401     | 401     | 401
            POST /fusionauth/connector               | 401       | 401     | 401     | 401
            GET /migration                           | sign-in   | 403     | 403     | in
            GET /sessions                            | sign-in   | 403     | 403     | in
            POST /sessions/{id}/ending               | sign-in   | 403     | 403     | in
            POST /sessions/endings                   | sign-in   | 403     | 403     | in
            GET /api/sessions                        | 401       | 401     | 401     | 401
            GET /api/sessions/{identifier}           | 401       | 401     | 401     | 401
            PUT /api/sessions/{identifier}           | 401       | 401     | 401     | 401
            DELETE /api/sessions/{identifier}        | 401       | 401     | 401     | 401
            GET /roles                               | sign-in   | in      | in      | in
            GET /roles/members                       | sign-in   | 403     | 403     | in
            POST /roles/members                      | sign-in   | 403     | 403     | in
            GET /roles/members/trial                 | sign-in   | 403     | 403     | in
            GET /roles/members/{id}                  | sign-in   | 403     | 403     | in
            POST /roles/members/{id}/gift            | sign-in   | 403     | 403     | in
            POST /roles/members/{id}/removal         | sign-in   | 403     | 403     | in
            """;

    /** Answered by filters, which no handler mapping lists. */
    private static final List<String> OF_FILTERS =
            List.of("GET /login", "GET /login/oauth2/code/fusionauth", "POST /logout");

    private static World world;
    private static MockMvc application;
    private static Map<String, CurrentPerson> callers;

    @BeforeAll
    static void start() {
        world = World.with();
        application = MockMvcBuilders.webAppContextSetup((WebApplicationContext) world.application())
                .apply(springSecurity())
                .build();
        callers = new LinkedHashMap<>();
        callers.put("user", person("ana@example.com"));
        callers.put("teacher", person("tess@school.example"));
        callers.put("admin", person("ada@admin.example"));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void everyRouteIsListed() {
        assertThat(table().keySet()).containsExactlyInAnyOrderElementsOf(mapped());
    }

    @Test
    void everyCallerGetsWhatTheTableSays() throws Exception {
        var wrong = new ArrayList<String>();
        for (var row : table().entrySet()) {
            var columns = new ArrayList<String>(List.of("anonymous"));
            columns.addAll(callers.keySet());
            for (int i = 0; i < columns.size(); i++) {
                var expected = row.getValue().get(i);
                var answer = answer(row.getKey(), callers.get(columns.get(i)), true);
                if (!answer.equals(expected)) {
                    wrong.add("%s as %s: %s, not %s".formatted(row.getKey(), columns.get(i), answer, expected));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatFiltersAnswerIsOpen() throws Exception {
        for (var route : OF_FILTERS) {
            assertThat(answer(route, null, true)).as(route).isEqualTo("in");
        }
    }

    /** Machine addresses have no session that another site could use; each asks for a credential of its own. */
    @Test
    void noChangeIsTakenWithoutThePagesToken() throws Exception {
        var changes = changes();
        changes.add("POST /logout");
        for (var route : changes) {
            assertThat(answer(route, callers.get("admin"), false)).as(route).isEqualTo("403");
        }
    }

    /** As after a night: the page is there, and the session that its token belongs to is not. */
    @Test
    void whatIsPostedFromASessionThatIsOverLeadsToSignInAndWhatIsOpenStillNeedsAToken() throws Exception {
        for (var route : changes()) {
            assertThat(answer(route, null, false))
                    .as(route)
                    .isEqualTo(route.startsWith("POST /join/") ? "403" : "sign-in");
        }
        assertThat(application
                        .perform(MockMvcRequestBuilders.post("/logout"))
                        .andReturn()
                        .getResponse()
                        .getRedirectedUrl())
                .startsWith(world.sandbox().settings().get("FUSIONAUTH_URL") + "/oauth2/logout");
    }

    @Test
    void aQueryThatCannotBeDecodedIsABadRequest() throws Exception {
        var cookie = world.signedIn("ana@example.com").cookie();
        for (var address : List.of("/calendar?date=%zz", "/api/events?from=%zz", "/api/sessions?userId=%zz")) {
            try (var socket =
                    new Socket(InetAddress.getLoopbackAddress(), world.url().getPort())) {
                socket.getOutputStream().write("""
                                GET %s HTTP/1.1\r
                                Host: localhost\r
                                Cookie: %s\r
                                Connection: close\r
                                \r
                                """.formatted(address, cookie).getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .as(address)
                        .startsWith("HTTP/1.1 400");
            }
        }
    }

    private static List<String> changes() {
        var changes = new ArrayList<>(table().keySet());
        changes.removeIf(route -> route.startsWith("GET ")
                || route.startsWith("ANY ")
                || route.contains(" /fusionauth/")
                || route.contains(" /api/sessions"));
        assertThat(changes).isNotEmpty();
        return changes;
    }

    private static Map<String, List<String>> table() {
        var rows = new LinkedHashMap<String, List<String>>();
        ROUTES.lines().skip(1).forEach(line -> {
            var cells = line.strip().split("\\s*\\|\\s*");
            rows.put(cells[0].replaceAll("\\s+", " "), List.of(cells).subList(1, cells.length));
        });
        return rows;
    }

    private static Set<String> mapped() {
        var routes = new TreeSet<String>();
        var mapping = world.application().getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        mapping.getHandlerMethods()
                .keySet()
                .forEach(info -> info.getPatternValues().forEach(pattern -> {
                    var methods = info.getMethodsCondition().getMethods();
                    if (methods.isEmpty()) {
                        routes.add("ANY " + pattern);
                    }
                    methods.stream().map(RequestMethod::name).forEach(method -> routes.add(method + " " + pattern));
                }));
        return routes;
    }

    private static String answer(String route, @Nullable CurrentPerson caller, boolean withToken) throws Exception {
        var method = route.substring(0, route.indexOf(' '));
        var path =
                route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]+}", "c0000000-0000-4000-8000-0000000000ff");
        MockHttpServletRequestBuilder request = MockMvcRequestBuilders.request(
                        HttpMethod.valueOf(method.equals("ANY") ? "GET" : method), path)
                .accept("text/html", "application/json");
        if (caller != null) {
            request.with(authentication(new OAuth2AuthenticationToken(caller, caller.getAuthorities(), "fusionauth")));
        }
        if (withToken) {
            request.with(csrf());
        }
        try {
            var response = application.perform(request).andReturn().getResponse();
            if (response.getStatus() == 302 && "/login".equals(response.getHeader("Location"))) {
                return "sign-in";
            }
            if ("/login/ended".equals(response.getForwardedUrl())) {
                return "out";
            }
            return response.getStatus() == 401 || response.getStatus() == 403
                    ? String.valueOf(response.getStatus())
                    : "in";
        } catch (ServletException broken) {
            return "broken: " + broken.getCause();
        }
    }

    /** Somebody signed in on a device, as their session has them. */
    private static CurrentPerson person(String email) {
        world.signedIn(email);
        var fusionAuth = world.sandbox().fusionAuth();
        var now = Instant.now();
        return new CurrentPerson(
                new PersonId(fusionAuth.idOf(email)),
                email,
                email,
                fusionAuth.rolesOf(email),
                fusionAuth.refreshTokenOf(email),
                now,
                now);
    }
}
