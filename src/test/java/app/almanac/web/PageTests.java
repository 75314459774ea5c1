package app.almanac.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTests {

    @Test
    void everyTextIsKnown() {
        assertThat(Pages.all())
                .allSatisfy((name, html) -> assertThat(html)
                        .as(name)
                        .doesNotContain("??")
                        .doesNotContain("{0}")
                        .doesNotContain("th:"));
    }

    @Test
    void everyPageObeysAStrictContentSecurityPolicy() {
        assertThat(Pages.all())
                .allSatisfy((name, html) -> assertThat(html)
                        .as(name)
                        .doesNotContainPattern("\\sstyle\\s*=")
                        .doesNotContainPattern("(?i)\\son[a-z]+\\s*=")
                        .doesNotContainPattern("(?i)<style")
                        .doesNotContainPattern("(?i)<script(?![^>]*\\ssrc=)")
                        .doesNotContain("javascript:"));
    }

    @Test
    void everyPageHasALanguageATitleOneHeadingAndAWayPastTheMasthead() {
        assertThat(Pages.all()).allSatisfy((name, html) -> {
            assertThat(html).as(name).contains("<html lang=\"en\"").contains("href=\"#main\"");
            assertThat(count(html, "<title>[^<]+ · Almanac</title>")).as(name).isOne();
            assertThat(count(html, "<h1[ >]")).as(name).isOne();
            assertThat(count(html, "<main id=\"main\"")).as(name).isOne();
        });
    }

    @Test
    void noIdIsGivenTwiceOnAPage() {
        assertThat(Pages.all())
                .allSatisfy((name, html) -> assertThat(Pattern.compile("\\sid=\"([^\"]*)\"")
                                .matcher(html)
                                .results()
                                .map(found -> found.group(1))
                                .toList())
                        .as(name)
                        .doesNotHaveDuplicates());
    }

    @Test
    void everyOutcomeIsANoticeThatIsAnnounced() {
        for (var outcome : Pages.OUTCOMES) {
            var html = Pages.notice(new Notice(outcome, null, null));

            assertThat(count(html, "data-outcome=\"" + outcome + "\" role=\"(status|alert)\""))
                    .as(outcome)
                    .isOne();
            assertThat(html).as(outcome).doesNotContain("null");
        }
    }

    @Test
    void nothingLinkedOffersTheOtherRoute() {
        assertThat(Pages.notice(new Notice("nothing-linked", null, "direct")))
                .contains("<input type=\"hidden\" name=\"route\" value=\"direct\">");
        assertThat(Pages.notice(new Notice("nothing-linked", null, null))).doesNotContain("name=\"route\"");
    }

    @Test
    void eachAccountIsOneElementWithItsStateInWords() {
        var html = Pages.accounts(SamplePages.cards(), null, false);

        assertThat(count(html, "data-account=")).isEqualTo(SamplePages.cards().size());
        assertThat(html)
                .contains("data-account=\"b\" data-state=\"reconnect-needed\"")
                .contains("Needs to be reconnected")
                .contains("action=\"/accounts/b/reconnection\"")
                .contains("action=\"/accounts/b/disconnection\"");
    }

    @Test
    void theLimitIsToldBeforeSomebodyTriesToConnectOneMore() {
        assertThat(Pages.accounts(SamplePages.cards(), null, true)).contains("as many as Almanac takes");
    }

    @Test
    void eventsCarryTheirIdAccountsAndTimesAndNoMarkupOfStrangers() {
        var html = Pages.calendar(SamplePages.calendar("agenda"));

        assertThat(html)
                .contains("data-event-id=\"e1\" data-account=\"a b\"")
                .contains("<time datetime=\"2026-11-24T09:00:00+01:00\">09:00</time>")
                .contains("<time datetime=\"2026-11-24T10:30:00+01:00\">10:30</time>")
                .contains("Offsite &lt;b&gt;in Lisbon&lt;/b&gt;")
                .contains("data-zone-source=\"default\"");
        assertThat(count(html, "data-event-id=\"e0\"")).isEqualTo(2);
    }

    @Test
    void stripsTellTheStateAndTheAgeOfWhatIsShown() {
        assertThat(Pages.calendar(SamplePages.calendar("agenda")))
                .contains("data-account=\"c\" data-state=\"reconnect-needed\"")
                .contains("Events as of 14:32")
                .contains("Could not be read whole: Team")
                .contains("action=\"/accounts/c/reconnection\"");
    }

    @Test
    void stepsAndViewsKeepTheDate() {
        assertThat(Pages.calendar(SamplePages.calendar("week")))
                .contains("/calendar?view=week&amp;date=2026-11-10")
                .contains("/calendar?view=month&amp;date=2026-11-24");
    }

    @Test
    void withoutAccountsTheCalendarOffersOneNextStep() {
        var html = Pages.calendar(SamplePages.withoutAccounts());

        assertThat(count(html, "class=\"button primary\"")).isOne();
        assertThat(html).contains("action=\"/accounts/connection\"");
    }

    @Test
    void errorsNameTheParameterAndUnknownOnesStillHaveWords() {
        assertThat(Pages.render("error", Map.of("status", 400, "parameter", "date")))
                .contains("“date”");
        assertThat(Pages.render("error", Map.of("status", 418))).contains("This did not work");
    }

    @Test
    void signOutIsAFormThatOnlySignedInPeopleSee() {
        assertThat(Pages.calendar(SamplePages.withoutAccounts())).contains("action=\"/logout\"");
        assertThat(List.of(Pages.render("home", Map.of()), Pages.render("error", Map.of("status", 404))))
                .allSatisfy(html -> assertThat(html).doesNotContain("<form"));
    }

    private static long count(String html, String pattern) {
        return Pattern.compile(pattern).matcher(html).results().count();
    }
}
