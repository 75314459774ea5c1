package app.almanac.journeys;

import static app.almanac.journeys.BrokenWorld.HOME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.Wait;
import jakarta.servlet.Filter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.annotation.OrderUtils;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.session.web.http.SessionRepositoryFilter;
import sandbox.DatabaseProxy;

/** While PostgreSQL is broken. */
class DatabaseFaultTests extends FaultTable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HEALTHY")
    void withoutPostgresqlEverybodyGetsACalmPageAndIsStillSignedInAfterwards(DatabaseProxy.Behaviour behaviour) {
        fairly(() -> {
            broken.database().behave(behaviour);

            within(IN_TIME, () -> ana.get("/calendar"));

            assertThat(ana.status()).isEqualTo(503);
            assertThat(ana.header("Retry-After")).isNotBlank();
            assertThat(ana.header("X-Request-Id")).isNotBlank();
            assertThat(ana.page().select("h1").text()).isNotBlank();
            broken.heal(Duration.ZERO);
            within(Duration.ofSeconds(30), () -> {
                while (ana.get("/calendar").status() != 200) {
                    Thread.onSpinWait();
                }
            });
            assertThat(ana.at().getPath()).isEqualTo("/calendar");
            assertThat(ana.accounts()).containsEntry(HOME, "connected");
        });
    }

    /** What hangs or drips may take longer here: a change may have to wait for a lock. */
    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "TRUNCATED", "TOO_MANY_CONNECTIONS"})
    void withoutPostgresqlASignInAChangeAndAScriptAreToldToWaitToo(DatabaseProxy.Behaviour behaviour) {
        fairly(() -> {
            var rename = ana.get("/devices").form("/name");
            var newcomer = broken.world().visitor();
            var again = ana.tab();
            var script = ana.tab();

            whilePostgresql(behaviour, () -> {
                within(IN_TIME, () -> newcomer.get("/login"));
                within(IN_TIME, () -> again.get("/login"));
                within(IN_TIME, () -> ana.submit(rename, Map.of("name", "Another name")));
                within(IN_TIME, () -> script.get(EVENTS));
            });

            for (var visitor : List.of(newcomer, again, ana, script)) {
                assertThat(visitor.status()).isEqualTo(503);
                assertThat(visitor.header("Retry-After")).isNotBlank();
            }
            for (var visitor : List.of(newcomer, again, ana)) {
                assertThat(visitor.header("X-Request-Id")).isNotBlank();
                assertThat(visitor.page().select("h1").text()).isNotBlank();
                assertThat(visitor.page().select("link[rel=stylesheet]")).isNotEmpty();
            }
            assertThat(script.header("Content-Type")).startsWith("application/problem+json");
        });
    }

    /** The session's filter looks at PostgreSQL once more when the page is sent; and the page was cut for it. */
    @Test
    void aPageThatIsSentIsNotCutWhenOnlyTheSessionCannotBeWrittenAfterIt() throws Exception {
        var answered = broken.world().application().getBean("databaseDown.Answered", Filter.class);
        var down = broken.world().application().getBean("databaseDown", Filter.class);
        var response = new MockHttpServletResponse();
        assertThat(OrderUtils.getOrder(down.getClass())).isLessThan(SessionRepositoryFilter.DEFAULT_ORDER);
        assertThat(OrderUtils.getOrder(answered.getClass())).isGreaterThan(SessionRepositoryFilter.DEFAULT_ORDER);

        down.doFilter(new MockHttpServletRequest(), response, (outer, to) -> {
            answered.doFilter(outer, to, (inner, page) -> {
                page.getWriter().write("a page");
                page.flushBuffer();
            });
            throw new DataAccessResourceFailureException("planted");
        });
        assertThat(response.getContentAsString()).isEqualTo("a page");
        assertThat(response.getStatus()).isEqualTo(200);

        assertThatThrownBy(() -> down.doFilter(
                        new MockHttpServletRequest(),
                        new MockHttpServletResponse(),
                        (outer, to) -> answered.doFilter(outer, to, (inner, page) -> {
                            page.getWriter().write("half a");
                            page.flushBuffer();
                            throw new DataAccessResourceFailureException("planted");
                        })))
                .as("what is not whole is cut")
                .isInstanceOf(DataAccessResourceFailureException.class);
    }

    /** The lambda waits for half a second, FusionAuth for two; here is what a busy machine keeps. */
    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "HANG", "DRIP"})
    void withoutPostgresqlMachinesAreToldSoAndNothingStaysAtWork(DatabaseProxy.Behaviour behaviour) {
        fairly(() -> {
            var token = broken.world().sandbox().settings().get("LAMBDA_TOKEN");
            var reservation = machine("/fusionauth/invitations/reservations")
                    .header("Authorization", "Bearer " + token)
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"code":"zzzzzzzzzzzzzzzz","email":"somebody@example.com",
                             "applicationId":"a1a2a3a4-0000-4000-8000-000000000002"}"""));
            assertThat(status(reservation)).isEqualTo(200);
            assertThat(status(event())).isEqualTo(204);
            var event = event();

            whilePostgresql(behaviour, () -> {
                within(
                        Duration.ofSeconds(1),
                        () -> assertThat(status(reservation)).isEqualTo(503));
                within(Duration.ofSeconds(4), () -> assertThat(status(event)).isEqualTo(503));
            });

            assertThat(status(event)).isEqualTo(204);
        });
    }

    /** Leaves it well for whoever comes next. */
    private static void whilePostgresql(DatabaseProxy.Behaviour behaviour, Runnable steps) {
        broken.database().behave(behaviour);
        try {
            steps.run();
        } finally {
            broken.heal(Duration.ZERO);
            Wait.until(() -> broken.world().visitor().get("/login").status() == 200);
        }
    }

    private static HttpRequest.Builder machine(String path) {
        return HttpRequest.newBuilder(broken.world().url().resolve(path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1));
    }

    private static int status(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
                .join()
                .statusCode();
    }

    /** That somebody new was registered, as FusionAuth sends it. */
    private static HttpRequest.Builder event() {
        var body = """
                {"event":{"id":"%s","type":"user.registration.create.complete","createInstant":%d,"info":{},
                "tenantId":"a1a2a3a4-0000-4000-8000-000000000001","applicationId":"a1a2a3a4-0000-4000-8000-000000000002",
                "registration":{"applicationId":"a1a2a3a4-0000-4000-8000-000000000002"},
                "user":{"id":"%s","email":"somebody@example.com","data":{}}}}""".formatted(
                        UUID.randomUUID(), broken.world().clock().instant().toEpochMilli(), UUID.randomUUID());
        var sandbox = broken.world().sandbox();
        return machine("/fusionauth/events")
                .header("X-Hook-Token", String.valueOf(sandbox.settings().get("HOOK_TOKEN")))
                .header(
                        "X-FusionAuth-Signature-JWT",
                        sandbox.fusionAuth().signatureOf(body.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }
}
