package app.almanac.web;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.settings.AppUrl;
import jakarta.servlet.http.Cookie;
import java.net.URI;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class ViewerZoneTests {

    /** Over https nobody who answers for a neighbouring host can say the zone: their cookie lacks the prefix. */
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080,   browser-zone,        Europe/Berlin",
        "https://almanac.example, __Host-browser-zone, Europe/Berlin",
        "https://almanac.example, browser-zone,        UTC",
        "https://almanac.example, __Host-zone,         Europe/Berlin",
        "https://almanac.example, zone,                UTC"
    })
    void theZoneIsReadFromTheCookieOfThatTransport(URI appUrl, String cookie, ZoneId zone) {
        var request = new MockHttpServletRequest();
        request.setCookies(new Cookie(cookie, "Europe/Berlin"));

        assertThat(new ViewerZone(new AppUrl(appUrl)).remembered(request)).isEqualTo(zone);
    }
}
