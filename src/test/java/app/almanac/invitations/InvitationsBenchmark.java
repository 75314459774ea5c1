package app.almanac.invitations;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.Sandbox;

/**
 * Reservations and webhook events a second with a million codes: {@code ./mvnw test -Dtest=InvitationsBenchmark}. It is
 * no part of {@code verify}. Load, application and PostgreSQL share the machine.
 */
class InvitationsBenchmark {

    private static final int CODES = Integer.getInteger("benchmark.codes", 1_000_000);
    private static final int REQUESTS = Integer.getInteger("benchmark.requests", 5_000);
    private static final int AT_ONCE = 16;

    @Test
    void measure() throws Exception {
        var port = Sandbox.freePort();
        try (var sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:" + port), "community");
                var almanac = new Instance(sandbox, port, Map.of());
                var http = HttpClient.newHttpClient()) {
            sandbox.fusionAuth().unchecked();
            fill(JdbcClient.create(sandbox.database().dataSource()));
            var codes = almanac
                    .bean(JdbcClient.class)
                    .sql("SELECT code FROM invitation TABLESAMPLE SYSTEM (5) LIMIT :most")
                    .param("most", REQUESTS + 500)
                    .query((row, number) -> row.getString("code"))
                    .list()
                    .stream()
                    .map(String::valueOf)
                    .toList();
            codes.subList(0, 500).forEach(code -> almanac.reserve(code, "warm@example.com"));
            var reservations = new ArrayList<Callable<Integer>>();
            var events = new ArrayList<Callable<Integer>>();
            var token = String.valueOf(sandbox.settings().get("HOOK_TOKEN"));
            for (var code : codes.subList(500, codes.size())) {
                var email = code + "@example.com";
                reservations.add(() -> almanac.reserve(code, email).statusCode());
                var body = event(code, email);
                var request = HttpRequest.newBuilder(almanac.url().resolve("/fusionauth/events"))
                        .header("Content-Type", "application/json")
                        .header("X-Hook-Token", token)
                        .header(
                                "X-FusionAuth-Signature-JWT",
                                sandbox.fusionAuth().signatureOf(body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
                events.add(() -> http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode());
            }
            run("reservations", reservations);
            run("webhook events", events);
        }
    }

    private static void fill(JdbcClient jdbc) {
        jdbc.sql("""
                        INSERT INTO inviter (person_id, name, email, checked_at, granted_at)
                        SELECT CAST(md5('p' || i) AS uuid), 'Person ' || i, 'p' || i || '@example.com', now() + interval '1 hour', now()
                        FROM generate_series(1, :people) AS i
                        """).param("people", CODES / 3 + 1).update();
        jdbc.sql("""
                        INSERT INTO invitation (id, code, inviter_id, expires_at)
                        SELECT gen_random_uuid(), 'a' || substr(md5('c' || i), 1, 15), CAST(md5('p' || (i / 3 + 1)) AS uuid),
                            now() + interval '30 days'
                        FROM generate_series(1, :codes) AS i ON CONFLICT DO NOTHING
                        """).param("codes", CODES - 1).update();
        jdbc.sql("ANALYZE").update();
    }

    private static byte[] event(String code, String email) {
        return """
                {"event":{"id":"%s","type":"user.registration.create","createInstant":%d,
                "tenantId":"a1a2a3a4-0000-4000-8000-000000000001","applicationId":"a1a2a3a4-0000-4000-8000-000000000002",
                "user":{"id":"%s","email":"%s","data":{"inviteCode":"%s"}}}}""".formatted(
                        UUID.randomUUID(), Instant.now().plusSeconds(45).toEpochMilli(), UUID.randomUUID(), email, code)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void run(String what, List<Callable<Integer>> requests) throws Exception {
        var times = new long[requests.size()];
        var good = 0;
        var begun = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var timed = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < times.length; i++) {
                var place = i;
                timed.add(() -> {
                    var start = System.nanoTime();
                    var status = requests.get(place).call();
                    times[place] = System.nanoTime() - start;
                    return status;
                });
            }
            for (var status : threads.invokeAll(timed)) {
                good += status.get() < 300 ? 1 : 0;
            }
        }
        var seconds = (System.nanoTime() - begun) / 1e9;
        Arrays.sort(times);
        System.out.printf(
                "benchmark: %s: %.0f/s, p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, %d of %d answered 2xx, %d codes%n",
                what,
                times.length / seconds,
                times[times.length / 2] / 1e6,
                times[times.length * 99 / 100] / 1e6,
                times[times.length * 999 / 1000] / 1e6,
                good,
                times.length,
                CODES);
    }
}
