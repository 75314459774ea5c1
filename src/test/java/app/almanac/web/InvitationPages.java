package app.almanac.web;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages about invitations in every variant. */
final class InvitationPages {

    record Moment(int day, int month, String year, String time, String iso, String unit, long count) {}

    record Qr(int size, String path) {}

    record Member(
            String id,
            int depth,
            @Nullable String name,
            @Nullable String email,
            @Nullable String invitedBy,
            Moment joined,
            boolean works,
            boolean paused) {}

    record Card(
            String id,
            String code,
            String spaced,
            String state,
            boolean withdrawable,
            String link,
            Moment expires,
            @Nullable Qr qr,
            @Nullable String invitee,
            @Nullable Moment ended) {}

    private static final Moment SOON = new Moment(24, 12, "2026", "09:30", "2026-12-24T09:30:00+01:00", "days", 30);

    private InvitationPages() {}

    static Map<String, String> all() {
        var pages = new LinkedHashMap<String, String>();
        pages.put("invitations", invitations(List.of(card("a", "open"), card("b", "reserved")), true, false));
        pages.put("invitations-none", invitations(List.of(), true, false));
        pages.put("invitations-paused", invitations(List.of(card("a", "open")), true, true));
        pages.put("invitations-impersonal", invitations(List.of(), false, false));
        pages.put("tree", tree());
        pages.put("join", join("Ana Moreno", false, Map.of()));
        pages.put("join-problems", join(null, false, Map.of("email", "invalid", "password", "odd", "form", "refused")));
        pages.put("join-licensed", join("Ana Moreno", true, Map.of()));
        pages.put("joined", Pages.render("invitations/joined", Map.of()));
        for (var why : List.of("unknown", "ended", "busy", "unclear", "unavailable", "throttled", "joined", "tries")) {
            pages.put("closed-" + why, Pages.render("invitations/closed", Map.of("why", why)));
        }
        return pages;
    }

    private static String invitations(List<Card> ready, boolean personal, boolean paused) {
        var model = Pages.signedIn();
        model.put("personal", personal);
        model.put("paused", paused);
        model.put("ready", ready);
        model.put("used", ready.isEmpty() ? List.of() : List.of(card("c", "redeemed")));
        model.put("over", ready.isEmpty() ? List.of() : List.of(card("d", "expired"), card("e", "withdrawn")));
        model.put("branch", ready.isEmpty() ? List.of() : people());
        model.put("admin", paused);
        model.put("left", ready.size());
        model.put("quota", 3);
        model.put("more", ready.isEmpty());
        return Pages.render("invitations/invitations", model);
    }

    private static String join(@Nullable String inviter, boolean licensed, Map<String, String> problems) {
        var model = new HashMap<String, Object>();
        model.put("code", "7k3m9x2pq4tzwb8n");
        if (inviter != null) {
            model.put("inviter", inviter);
            model.put("until", SOON);
        }
        model.put("open", false);
        model.put("licensed", licensed);
        model.put("problems", problems);
        return Pages.render("invitations/join", model);
    }

    private static String tree() {
        var model = Pages.signedIn();
        model.put("people", people());
        model.put("cut", true);
        model.put("most", 500);
        return Pages.render("invitations/tree", model);
    }

    private static List<Member> people() {
        return List.of(
                new Member("p", 0, "Ana Moreno", "ana@example.com", null, SOON, true, false),
                new Member("q", 1, null, "ben@example.com", "Ana Moreno", SOON, true, true),
                new Member("r", 2, null, null, "ben@example.com", SOON, false, false));
    }

    private static Card card(String id, String state) {
        return new Card(
                id,
                "7k3m9x2pq4tzwb8n",
                "7k3m 9x2p q4tz wb8n",
                state,
                state.equals("open"),
                "https://almanac.example/join/7k3m9x2pq4tzwb8n",
                SOON,
                state.equals("open") ? new Qr(37, "M4 4h1v1h-1z") : null,
                state.equals("redeemed") ? "Ben Baker" : null,
                state.equals("open") ? null : SOON);
    }
}
