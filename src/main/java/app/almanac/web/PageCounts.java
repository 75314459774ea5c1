package app.almanac.web;

import io.micrometer.core.instrument.Metrics;

/** Counts how pages found people's accounts, and pages that did not wait for all of them. No count knows whose. */
public final class PageCounts {

    private PageCounts() {}

    /** One account on one page ({@code almanac.accounts.shown}); state and reason are words of the contract and the texts. */
    public static void account(String page, String state, String reason) {
        Metrics.counter("almanac.accounts.shown", "page", page, "state", state, "reason", reason)
                .increment();
    }

    /** One page that was sent before every account had answered ({@code almanac.page.overruns}). */
    public static void overrun(String page) {
        Metrics.counter("almanac.page.overruns", "page", page).increment();
    }
}
