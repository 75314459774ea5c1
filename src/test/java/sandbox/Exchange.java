package sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One request to a stand-in and its answer. */
final class Exchange {

    private final HttpExchange http;
    private final String body;
    private BiConsumer<Integer, String> answered = (status, text) -> {};

    Exchange(HttpExchange http) throws IOException {
        this.http = http;
        this.body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    String method() {
        return http.getRequestMethod();
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    String rawPath() {
        return http.getRequestURI().getRawPath();
    }

    /** The last part of the path. */
    String tail() {
        return path().substring(path().lastIndexOf('/') + 1);
    }

    Map<String, String> query() {
        return parameters(http.getRequestURI().getRawQuery());
    }

    Map<String, String> form() {
        return parameters(body);
    }

    String body() {
        return body;
    }

    /** Told of the answer, as JSON or nothing, before it is sent. */
    void onAnswer(BiConsumer<Integer, String> listener) {
        answered = listener;
    }

    JsonNode json() {
        return Json.MAPPER.readTree(body);
    }

    @Nullable
    String header(String name) {
        return http.getRequestHeaders().getFirst(name);
    }

    /** Where the caller is. */
    String address() {
        return http.getRemoteAddress().getAddress().getHostAddress();
    }

    Optional<String> cookie(String name) {
        var header = Optional.ofNullable(header("Cookie")).orElse("");
        return Arrays.stream(header.split("; *"))
                .filter(cookie -> cookie.startsWith(name + "="))
                .map(cookie -> cookie.substring(name.length() + 1))
                .findFirst();
    }

    void setCookie(String name, String value) {
        http.getResponseHeaders().add("Set-Cookie", name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax");
    }

    void json(int status, Object answer) throws IOException {
        var text = Json.MAPPER.writeValueAsString(answer);
        answered.accept(status, text);
        http.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        send(status, text);
    }

    void empty(int status) throws IOException {
        http.sendResponseHeaders(status, -1);
        http.close();
    }

    /** Closes the connection without an answer. */
    void drop() {
        http.close();
    }

    void page(int status, String title, String main) throws IOException {
        http.getResponseHeaders().set("Content-Type", "text/html;charset=UTF-8");
        send(status, """
                <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <style>body{font:1rem/1.5 system-ui;margin:2rem auto;max-width:44rem;padding:0 1rem;color-scheme:light dark}
                button,input[type=text],input[type=password]{font:inherit;padding:.5rem .75rem;margin:.15rem 0}
                label{display:block;margin:.4rem 0}form.inline{display:inline}table{border-collapse:collapse;width:100%%}
                td,th{text-align:left;border-bottom:1px solid #8884;padding:.4rem}</style></head>
                <body><p><small>Sandbox: not the real service</small></p><h1>%s</h1>%s</body></html>
                """.formatted(title, title, main));
    }

    void html(int status, String document) throws IOException {
        http.getResponseHeaders().set("Content-Type", "text/html;charset=UTF-8");
        send(status, document);
    }

    void redirect(URI to) throws IOException {
        http.getResponseHeaders().set("Location", to.toString());
        empty(302);
    }

    private void send(int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var out = http.getResponseBody()) {
            out.write(bytes);
        }
    }

    static Map<String, String> parameters(@Nullable String encoded) {
        var parameters = new LinkedHashMap<String, String>();
        if (encoded != null) {
            for (var pair : encoded.split("&")) {
                var equals = pair.indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return parameters;
    }

    static URI with(String address, Map<String, String> parameters) {
        var text = new StringBuilder(address);
        var separator = address.contains("?") ? '&' : '?';
        for (var entry : parameters.entrySet()) {
            text.append(separator)
                    .append(entry.getKey())
                    .append('=')
                    .append(URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        return URI.create(text.toString());
    }

    static String hidden(Map<String, String> fields) {
        var html = new StringBuilder();
        fields.forEach((name, value) -> html.append(
                "<input type=\"hidden\" name=\"%s\" value=\"%s\">".formatted(escaped(name), escaped(value))));
        return html.toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
