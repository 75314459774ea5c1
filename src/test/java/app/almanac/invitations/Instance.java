package app.almanac.invitations;

import app.almanac.AlmanacApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import sandbox.Sandbox;

/** One running Almanac beside a sandbox, which several may share; with a look inside. */
final class Instance implements AutoCloseable {

    private final Sandbox sandbox;
    private final ConfigurableApplicationContext application;
    private final URI url;
    private final HttpClient machine = HttpClient.newHttpClient();

    Instance(Sandbox sandbox, int port, Map<String, String> settings) {
        this.sandbox = sandbox;
        this.url = URI.create("http://localhost:" + port);
        var all = new HashMap<String, Object>(sandbox.settings());
        all.put("MANAGEMENT_SERVER_PORT", "0");
        all.putAll(settings);
        this.application = new SpringApplicationBuilder(AlmanacApplication.class)
                .properties(all)
                .run("--server.port=" + port);
    }

    URI url() {
        return url;
    }

    <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    /** What the registration lambda asks, as often as a busy machine has it answered 503. */
    HttpResponse<String> reserve(String code, String email) {
        var answer = reserveOnce(code, email);
        for (int i = 0; i < 10 && answer.statusCode() == 503; i++) {
            answer = reserveOnce(code, email);
        }
        return answer;
    }

    HttpResponse<String> reserveOnce(String code, String email) {
        return ask("""
                {"code":"%s","email":"%s","applicationId":"%s"}""".formatted(code, email, "a1a2a3a4-0000-4000-8000-000000000002"));
    }

    HttpResponse<String> ask(String body) {
        return ask(body, "Bearer " + sandbox.settings().get("LAMBDA_TOKEN"));
    }

    HttpResponse<String> ask(String body, String credential) {
        return send(
                machine,
                HttpRequest.newBuilder(url.resolve("/fusionauth/invitations/reservations"))
                        .header("Authorization", credential)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** What FusionAuth sends when something happens. */
    int knock(byte[] event, String signature) {
        return send(
                        machine,
                        HttpRequest.newBuilder(url.resolve("/fusionauth/events"))
                                .header(
                                        "X-Hook-Token",
                                        String.valueOf(sandbox.settings().get("HOOK_TOKEN")))
                                .header("X-FusionAuth-Signature-JWT", signature)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(event)))
                .statusCode();
    }

    /** A browser of its own opens the link, types, and gets this status. */
    int join(String code, String email, String password) {
        return typed(opened(code), email, password);
    }

    /** A link opened in a browser of its own. */
    record Opened(HttpClient browser, URI address, HttpResponse<String> page) {}

    Opened opened(String code) {
        var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        var address = url.resolve("/join/" + code);
        return new Opened(
                browser, address, send(browser, HttpRequest.newBuilder(address).GET()));
    }

    int typed(Opened opened, String email, String password) {
        if (opened.page().statusCode() != 200) {
            return opened.page().statusCode();
        }
        var token =
                Jsoup.parse(opened.page().body()).select("input[name=_csrf]").val();
        var fields = Map.of("_csrf", token, "email", email, "password", password, "fullName", "New Person");
        return send(
                        opened.browser(),
                        HttpRequest.newBuilder(opened.address())
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(fields.entrySet().stream()
                                        .map(field -> field.getKey() + "="
                                                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                                        .collect(Collectors.joining("&")))))
                .statusCode();
    }

    HttpResponse<String> get(String address) {
        return send(machine, HttpRequest.newBuilder(url.resolve(address)).GET());
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofMinutes(1)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it in the middle of whatever it is doing. */
    @Override
    public void close() {
        application.close();
    }
}
