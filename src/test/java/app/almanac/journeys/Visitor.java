package app.almanac.journeys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** Somebody with a browser that has cookies, follows redirects and submits forms, and no script. */
final class Visitor {

    private final World world;
    private final String userAgent;
    private final HttpClient http;
    private final Map<String, String> servedBy = new HashMap<>();
    private URI instance;
    private URI at;
    private int status;
    private HttpHeaders headers = HttpHeaders.of(Map.of(), (name, value) -> true);
    private Document page = new Document("");
    private @Nullable String stopBefore;

    Visitor(World world) {
        this(world, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    }

    Visitor(World world, String userAgent) {
        this(
                world,
                userAgent,
                HttpClient.newBuilder()
                        .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                        .build());
    }

    private Visitor(World world, String userAgent, HttpClient http) {
        this.world = world;
        this.userAgent = userAgent;
        this.http = http;
        this.instance = world.url();
        this.at = world.url();
    }

    /** Another tab of the same browser: it has the same cookies. */
    Visitor tab() {
        return new Visitor(world, userAgent, http);
    }

    /** Removes the cookies whose names begin so. */
    void forgets(String cookie) {
        var cookies = ((CookieManager) http.cookieHandler().orElseThrow()).getCookieStore();
        cookies.getCookies().stream()
                .filter(candidate -> candidate.getName().startsWith(cookie))
                .toList()
                .forEach(candidate -> cookies.remove(null, candidate));
    }

    Document page() {
        return page;
    }

    int status() {
        return status;
    }

    /** Of the last answer; empty where it is not there. */
    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** Which instance gave the last answer to this path, where a proxy tells. */
    String servedBy(String path) {
        return servedBy.getOrDefault(path, "");
    }

    URI at() {
        return at;
    }

    private CookieManager cookies() {
        return (CookieManager) http.cookieHandler().orElseThrow();
    }

    /** The session's, as the browser would send it. */
    String cookie() {
        return cookies().getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("almanac"))
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .findFirst()
                .orElseThrow();
    }

    /** Has this session's cookie, from wherever it was taken. */
    Visitor with(String cookie) {
        var parts = cookie.split("=", 2);
        var taken = new HttpCookie(parts[0], parts[1]);
        taken.setPath("/");
        taken.setVersion(0);
        cookies().getCookieStore().add(world.url(), taken);
        return this;
    }

    /** From now on this visitor's load balancer leads to another instance. */
    Visitor through(URI instance) {
        this.instance = instance;
        return this;
    }

    /** A path of Almanac or any address. */
    Visitor get(String address) {
        go(HttpRequest.newBuilder(world.url().resolve(address)).GET(), 20);
        return this;
    }

    /** As a link scanner asks. */
    Visitor head(String address) {
        go(HttpRequest.newBuilder(world.url().resolve(address)).HEAD(), 20);
        return this;
    }

    /** Stops at the first redirect to an address that contains this, without going there. */
    Visitor stoppingBefore(String part) {
        stopBefore = part;
        return this;
    }

    /** Where a GET would redirect, without going there. */
    URI redirectOf(String address) {
        var response = send(HttpRequest.newBuilder(world.url().resolve(address)).GET());
        return at.resolve(response.headers().firstValue("Location").orElseThrow());
    }

    Visitor signIn(String email) {
        return submit(
                form("/oauth2/authorize"),
                Map.of("loginId", email, "password", world.sandbox().password()));
    }

    /** Through Google's chooser and consent. */
    Visitor chooseAndAllow(String account) {
        return choose(account).submit(form("/o/oauth2/v2/auth"), Map.of("answer", "allow"));
    }

    Visitor choose(String account) {
        return submit(form("/o/oauth2/v2/auth"), Map.of("email", account));
    }

    /** Begins to connect an account by a route and ends at Google's chooser, or where it was refused. */
    Visitor connect(String route) {
        get("/accounts");
        return submit(form("/accounts/connection"), Map.of("route", route));
    }

    Element form(String action) {
        var found = page.selectFirst("form[action$=" + action + "]");
        if (found == null) {
            throw new AssertionError("no form " + action + " at " + at.getPath() + ": " + page.title());
        }
        return found;
    }

    Visitor submit(Element form, Map<String, String> more) {
        var fields = new LinkedHashMap<String, String>();
        for (var input : form.select("input[name]")) {
            var unticked = input.attr("type").equals("checkbox") && !input.hasAttr("checked");
            if (!unticked) {
                fields.put(input.attr("name"), input.val());
            }
        }
        fields.putAll(more);
        fields.values().removeIf(value -> value.equals("UNTICK"));
        var body = fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        go(
                HttpRequest.newBuilder(at.resolve(form.attr("action")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                20);
        return this;
    }

    /** The outcome that the page tells, if it tells one. */
    @Nullable
    String outcome() {
        var notice = page.selectFirst("[data-outcome]");
        return notice == null ? null : notice.attr("data-outcome");
    }

    /** State by address, of the accounts on this page. */
    Map<String, String> accounts() {
        var accounts = new LinkedHashMap<String, String>();
        for (var account : page.select("[data-account][data-state]")) {
            var name = account.selectFirst("h2, .strip-email");
            accounts.put(name == null ? "?" : name.text(), account.attr("data-state"));
        }
        return accounts;
    }

    String idOf(String account) {
        get("/accounts");
        for (var card : page.select("[data-account]")) {
            if (card.text().contains(account)) {
                return card.attr("data-account");
            }
        }
        throw new AssertionError("no such account");
    }

    private void go(HttpRequest.Builder request, int redirects) {
        var response = send(request);
        status = response.statusCode();
        headers = response.headers();
        at = response.uri();
        servedBy.put(at.getPath(), header("X-Served-By"));
        page = Jsoup.parse(response.body(), at.toString());
        var location = response.headers().firstValue("Location");
        if (location.isPresent() && stopBefore != null && location.get().contains(stopBefore)) {
            at = at.resolve(location.get());
            stopBefore = null;
        } else if (location.isPresent() && redirects > 0) {
            go(HttpRequest.newBuilder(at.resolve(location.get())).GET(), redirects - 1);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            var address = request.build().uri().toString();
            if (address.startsWith(world.url().toString())) {
                request.uri(URI.create(
                        instance + address.substring(world.url().toString().length())));
            }
            return http.send(
                    request.timeout(Duration.ofMinutes(1))
                            .setHeader("User-Agent", userAgent)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
