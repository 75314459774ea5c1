package app.almanac.web;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pages of members, and of those whom a teacher invited, with sample models. */
final class MembersPages {

    record MembersPage(String search, String state, long others, List<Member> members, List<Change> history) {}

    record Member(String id, String name, String email, List<SamplePages.HeldRole> roles) {}

    record Change(
            String member,
            String role,
            boolean given,
            @Nullable String domain,
            @Nullable String by,
            ZonedDateTime at) {}

    record MemberPage(
            Member member, boolean self, boolean verified, Set<String> take, Set<String> give, List<Change> history) {}

    record TrialPage(String rules, @Nullable String problem, String state, int members, List<Trial> changes) {}

    record Trial(String name, String email, Set<String> gains, Set<String> losses) {}

    record Invited(
            @Nullable String name, String state, @Nullable Object since) {}

    private static final ZonedDateTime AT = ZonedDateTime.of(2026, 11, 24, 9, 30, 0, 0, ZoneId.of("UTC"));
    private static final List<Change> HISTORY = List.of(
            change(true, null, "Ada Admin"),
            change(true, "school.example", null),
            change(true, null, null),
            change(false, null, "Ada Admin"),
            change(false, "school.example", null),
            change(false, null, null));

    private MembersPages() {}

    static Map<String, String> all() {
        var pages = new HashMap<String, String>();
        for (var state : List.of("all", "some")) {
            pages.put("members-" + state, members(new MembersPage("", state, 3, List.of(member()), HISTORY)));
        }
        pages.put("members-none", members(new MembersPage("nobody", "all", 0, List.of(), List.of())));
        pages.put("members-unavailable", members(new MembersPage("", "unavailable", 0, List.of(), List.of())));
        pages.put("member", member(new MemberPage(member(), false, true, Set.of("admin"), Set.of("editor"), HISTORY)));
        pages.put("member-self", member(new MemberPage(member(), true, false, Set.of(), Set.of(), List.of())));
        pages.put(
                "member-unavailable",
                Pages.render("roles/member", new HashMap<>(Map.of("person", new Pages.Person("Ada", "a@b.example")))));
        pages.put(
                "trial",
                trial(new TrialPage(
                        "school.example=teacher",
                        null,
                        "all",
                        2,
                        List.of(new Trial("Tess", "tess@school.example", Set.of("teacher"), Set.of("editor"))))));
        pages.put("invited", invited(List.of("here", "unconfirmed", "locked", "gone", "unknown")));
        pages.put("invited-nobody", invited(List.of()));
        pages.put("trial-nothing", trial(new TrialPage("", null, "some", 2, List.of())));
        pages.put("trial-wrong", trial(new TrialPage("x", "ROLES_BY_DOMAIN has a rule …", "all", 0, List.of())));
        return pages;
    }

    private static String invited(List<String> states) {
        var invited = states.stream()
                .map(state -> new Invited("gone".equals(state) ? null : "New Person", state, null))
                .toList();
        return Pages.render(
                "invitations/invited",
                new HashMap<>(Map.of("invited", invited, "person", new Pages.Person("Tess", "tess@school.example"))));
    }

    private static Member member() {
        return new Member(
                "m", "Ana Alvarez", "ana@example.com", SamplePages.roles().held());
    }

    private static Change change(boolean given, @Nullable String domain, @Nullable String by) {
        return new Change("Ana Alvarez", "teacher", given, domain, by, AT);
    }

    private static String members(MembersPage page) {
        return render("roles/members", page);
    }

    private static String member(MemberPage page) {
        return render("roles/member", page);
    }

    private static String trial(TrialPage page) {
        return render("roles/trial", page);
    }

    private static String render(String template, Object page) {
        return Pages.render(
                template, new HashMap<>(Map.of("page", page, "person", new Pages.Person("Ada", "ada@admin.example"))));
    }
}
