package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.Sandbox;

/** One running Almanac, community edition, strict, and what looks into it. */
abstract class OneAlmanac {

    static final String ANA = "ana@example.com";
    static final String PASSWORD = "a good long password";

    static Sandbox sandbox;
    static Instance almanac;
    static PersonId ana;

    @BeforeAll
    static void start() {
        var port = Sandbox.freePort();
        sandbox = Sandbox.start(Sandbox.Ports.ANY, java.net.URI.create("http://localhost:" + port), "community");
        almanac = new Instance(
                sandbox,
                port,
                Map.of(
                        "server.tomcat.accesslog.enabled", "true",
                        "server.tomcat.accesslog.buffered", "false",
                        "server.tomcat.accesslog.directory",
                                Path.of("target", "access").toAbsolutePath().toString()));
        ana = new PersonId(sandbox.fusionAuth().idOf(ANA));
        almanac.bean(Invitations.class).arrived(ana, "Ana Alvarez", ANA);
    }

    @AfterAll
    static void stop() {
        almanac.close();
        sandbox.close();
    }

    @AfterEach
    void allIsWell() {
        sandbox.fusionAuth().down(false);
        sandbox.fusionAuth().delay(Duration.ZERO);
        sandbox.fusionAuth().lock(ANA, false);
        sandbox.fusionAuth().loseEvents();
        stale();
    }

    static Joining.Joined comesWith(String code, PersonId person, @Nullable String email) {
        var link = new InviteLinks.Link.Good(code, new InviteCode(code), null, null);
        return almanac.bean(Joining.class)
                .join(link, new app.almanac.security.Newcomers.Newcomer(person, "Has Login", email));
    }

    static byte[] event(String type, String code, String email, UUID user) {
        return """
                {"event":{"id":"%s","type":"%s","createInstant":%d,"tenantId":"a1a2a3a4-0000-4000-8000-000000000001",
                "applicationId":"a1a2a3a4-0000-4000-8000-000000000002",
                "user":{"id":"%s","email":"%s","data":{"inviteCode":"%s"}}}}""".formatted(UUID.randomUUID(), type, Instant.now().toEpochMilli(), user, email, code)
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static int knock(byte[] body) {
        return almanac.knock(body, sandbox.fusionAuth().signatureOf(body));
    }

    static void sqlOf(String statement, PersonId person) {
        almanac.bean(JdbcClient.class)
                .sql(statement)
                .param("id", person.value())
                .update();
    }

    static boolean isTrue(String question, PersonId person) {
        return almanac.bean(JdbcClient.class)
                .sql(question)
                .param("id", person.value())
                .query(Boolean.class)
                .single();
    }

    static String newCode() {
        var before = almanac.bean(InvitationRows.class).of(ana);
        assertThat(almanac.bean(Invitations.class).issue(ana, true)).isEqualTo(Invitations.Issued.ISSUED);
        var after = new java.util.ArrayList<>(almanac.bean(InvitationRows.class).of(ana));
        after.removeIf(one -> before.stream().anyMatch(known -> known.id().equals(one.id())));
        return after.getFirst().code().value();
    }

    static InvitationRows.Look look(String code) {
        return almanac.bean(InvitationRows.class).look(new InviteCode(code)).orElseThrow();
    }

    static Map<String, @Nullable Object> row(String code) {
        return almanac.bean(JdbcClient.class)
                .sql("SELECT * FROM invitation WHERE code = :code")
                .param("code", code)
                .query()
                .singleRow();
    }

    static void sql(String statement, String code) {
        almanac.bean(JdbcClient.class).sql(statement).param("code", code).update();
    }

    static void stale() {
        almanac.bean(JdbcClient.class)
                .sql("UPDATE inviter SET checked_at = '-infinity'")
                .update();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
