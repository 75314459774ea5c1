package app.almanac.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.calendar.CalendarPage.Entry;
import app.almanac.calendar.CalendarPage.Owner;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the page is given of an event that somebody else wrote. */
class CalendarPageTests {

    @Test
    void onlyHttpsAddressesOfAnEventBecomeLinks() {
        var page = entry("https://calendar.google.com/event?eid=1", "https://meet.google.com/abc", List.of());
        var script = entry("javascript:alert(1)", "javascript:alert(2)", List.of());

        assertThat(page.link()).isEqualTo("https://calendar.google.com/event?eid=1");
        assertThat(page.meeting()).isEqualTo("https://meet.google.com/abc");
        assertThat(script.link()).isNull();
        assertThat(script.meeting()).isNull();
        assertThat(entry("http://calendar.google.com/", null, List.of()).link()).isNull();
    }

    @Test
    void itHasTheColourOfTheAccountWhoseCopyIsShownAndIsUnsureWhileSomebodyHasNotSaidYes() {
        assertThat(entry(null, null, List.of()).colour()).isEqualTo(3);
        assertThat(entry(null, null, List.of("free", "out-of-office")).unsure()).isFalse();
        assertThat(entry(null, null, List.of("free", "maybe")).unsure()).isTrue();
        assertThat(entry(null, null, List.of("not-answered")).unsure()).isTrue();
        assertThat(entry(null, null, List.of("tentative")).unsure()).isTrue();
    }

    private static Entry entry(@Nullable String link, @Nullable String meeting, List<String> words) {
        return new Entry(
                "e",
                "a",
                List.of(new Owner("ana.work@work.example", 3), new Owner("ana.home@gmail.example", 1)),
                "Planning",
                false,
                "2026-11-24T09:00:00+01:00",
                "09:00",
                "2026-11-24T10:00:00+01:00",
                "10:00",
                null,
                link,
                meeting,
                words,
                false);
    }
}
