package app.almanac.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/** Whose word is taken for where a request came from. The peer is always 127.0.0.1 here. */
class NamedProxiesTests {

    private static final String FORGED = "198.51.100.1";
    private static final String CLIENT = "203.0.113.9";

    @Test
    void whatAPeerSaysThatWasNotNamedChangesNothing() throws Exception {
        assertThat(seen(List.of(), FORGED)).isEqualTo("127.0.0.1 http localhost");
        assertThat(seen(List.of("10.0.0.7", "192.168.0.0/16"), FORGED)).isEqualTo("127.0.0.1 http localhost");
    }

    @Test
    void fromANamedProxyTheLastAddressThatIsNoProxysCountsAndNothingElse() throws Exception {
        assertThat(seen(List.of("127.0.0.1"), CLIENT)).isEqualTo(CLIENT + " http localhost");
        assertThat(seen(List.of("127.0.0.1"), FORGED + ", " + CLIENT)).isEqualTo(CLIENT + " http localhost");
        assertThat(seen(List.of("127.0.0.0/8", "10.0.0.7"), FORGED + ", " + CLIENT + ", 10.0.0.7"))
                .isEqualTo(CLIENT + " http localhost");
    }

    private static String seen(List<String> trusted, String forwardedFor) throws Exception {
        var factory = new TomcatServletWebServerFactory(0);
        new NamedProxies(new ServingSettings(8080, 8081, 1, Duration.ZERO, trusted)).customize(factory);
        var server = factory.getWebServer(
                context -> context.addServlet("peer", new Peer()).addMapping("/"));
        server.start();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + server.getPort() + "/"))
                                    .header("X-Forwarded-For", forwardedFor)
                                    .header("X-Forwarded-Proto", "https")
                                    .header("X-Forwarded-Host", "elsewhere.example")
                                    .header("Forwarded", "for=" + FORGED + ";host=elsewhere.example")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } finally {
            server.stop();
        }
    }

    private static final class Peer extends HttpServlet {

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter()
                    .print(request.getRemoteAddr() + " " + request.getScheme() + " " + request.getServerName());
        }
    }
}
