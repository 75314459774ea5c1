package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An administrator finds members, gives and takes roles, and tries rules. */
class MembersTests {

    private static World world;

    @BeforeAll
    static void start() {
        world = World.with("ROLES_BY_DOMAIN", "school.example=teacher");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void everybodyIsListedWithTheirRolesAndWhy() {
        world.signedIn("tess@school.example");
        var ada = world.signedIn("ada@admin.example");

        Wait.until(() -> ada.get("/roles/members").page().text().contains("Tess Turner"));

        assertThat(ada.page().select("[data-member]").eachText())
                .anyMatch(member -> member.contains("Ana Alvarez"))
                .anyMatch(member -> member.contains("Tess Turner") && member.contains("by school.example"))
                .noneMatch(member -> member.contains("Nora"));
    }

    @Test
    void aSearchFindsByPartsOfNamesAndStaysOutOfTheAddressBar() {
        var ada = world.signedIn("ada@admin.example").get("/roles/members");

        Wait.until(() -> {
            ada.get("/roles/members");
            ada.submit(ada.form("/roles/members"), Map.of("search", "ben"));
            return ada.page().text().contains("Ben Baker");
        });
        assertThat(ada.at()).isEqualTo(world.url().resolve("/roles/members"));
        assertThat(ada.page().select("[data-member]")).hasSize(1);

        ada.submit(ada.form("/roles/members"), Map.of("search", "nobody(like) \"this\" OR *"));
        assertThat(ada.status()).isEqualTo(200);
        assertThat(ada.page().select("[data-member]")).isEmpty();
    }

    @Test
    void whoHasJustJoinedIsFoundByTheirWholeAddress() {
        var email = registered("ana.just.now@example.com", "user");
        var ada = world.signedIn("ada@admin.example").get("/roles/members");

        ada.submit(ada.form("/roles/members"), Map.of("search", email));

        assertThat(ada.page().select("[data-member]").text()).contains(email);
    }

    @Test
    void aRoleIsGivenAndTakenByHandAndTheHistoryKnows() {
        var email = registered("ana.gift@example.com", "user");
        var ada = world.signedIn("ada@admin.example").get(page(email));

        give(ada, "teacher");
        assertThat(ada.outcome()).isEqualTo("role-given");
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactlyInAnyOrder("user", "teacher");
        assertThat(ada.page().select("[data-role=teacher]").text()).contains("Given by Ada Admin");
        var ana = world.signedIn(email).get("/roles");
        assertThat(ana.page().select("[data-role=teacher]").attr("data-reason")).isEqualTo("administrator");
        assertThat(ana.page().select("[data-role=teacher]").text()).contains("Ada Admin gave it to you");

        take(ada.get(page(email)), "teacher");
        assertThat(ada.outcome()).isEqualTo("role-taken");
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactly("user");
        assertThat(ada.page().select(".changes li").eachText())
                .anyMatch(line -> line.contains("was given teacher by Ada Admin"))
                .anyMatch(line -> line.contains("lost teacher: taken by Ada Admin"));
    }

    @Test
    void aRoleGivenOnTopOfARuleOutlivesTheRule() {
        var email = registered("ana.twice@school.example", "user");
        world.signedIn(email);
        var ada = world.signedIn("ada@admin.example");
        ada.get(page(email));
        ada.submit(ada.form("/gift").clone().attr("action", page(email) + "/gift"), Map.of("role", "teacher"));
        assertThat(ada.outcome()).isEqualTo("role-given");
        world.restart("ROLES_BY_DOMAIN", "");
        try {
            assertThat(world.signedIn(email)
                            .get("/roles")
                            .page()
                            .select("[data-role=teacher]")
                            .attr("data-reason"))
                    .isEqualTo("administrator");
        } finally {
            world.restart("ROLES_BY_DOMAIN", "school.example=teacher");
        }
    }

    @Test
    void aGiftOnTopOfARuleIsTakenBackAndTheRulesRoleStaysAndGoesWithTheRule() {
        var email = registered("ana.back@school.example", "user");
        world.signedIn(email);
        var ada = world.signedIn("ada@admin.example").get(page(email));
        ada.submit(ada.form("/gift").clone().attr("action", page(email) + "/gift"), Map.of("role", "teacher"));
        world.signedIn(email);

        take(ada.get(page(email)), "teacher");

        assertThat(ada.outcome()).isEqualTo("role-taken");
        assertThat(ada.page().select("[data-role=teacher]").attr("data-reason")).isEqualTo("domain");
        assertThat(ada.page().select("form[action$=/removal]")).isEmpty();
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).contains("teacher");
        world.restart("ROLES_BY_DOMAIN", "");
        try {
            world.signedIn(email);
            assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactly("user");
        } finally {
            world.restart("ROLES_BY_DOMAIN", "school.example=teacher");
        }
    }

    @Test
    void aButtonThatIsPressedTwiceChangesAndNotesOneThing() {
        var email = registered("ana.double@example.com", "user");
        var ada = world.signedIn("ada@admin.example").get(page(email));
        var give = ada.page().expectFirst("form[action$=/gift]:has(input[value=teacher])");

        for (int i = 0; i < 2; i++) {
            ada.submit(give, Map.of());
            assertThat(ada.outcome()).isEqualTo("role-given");
        }
        assertThat(ada.page().select(".changes li")).hasSize(1);

        var take = ada.page().expectFirst("form[action$=/removal]:has(input[value=teacher])");
        for (int i = 0; i < 2; i++) {
            ada.submit(take, Map.of());
            assertThat(ada.outcome()).isEqualTo("role-taken");
        }
        assertThat(ada.page().select(".changes li")).hasSize(2);
    }

    @Test
    void whatARuleGivesIsNotTakenByHand() {
        var email = registered("ana.ruled@school.example", "user");
        world.signedIn(email);
        var ada = world.signedIn("ada@admin.example").get(page(email));
        assertThat(ada.page().select("form[action$=/removal]")).isEmpty();

        ada.submit(ada.form("/gift").clone().attr("action", page(email) + "/removal"), Map.of("role", "teacher"));

        assertThat(ada.outcome()).isEqualTo("role-by-rule");
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).contains("teacher");
    }

    @Test
    void nobodyDemotesThemselvesNotEvenTheLastAdministrator() {
        var ada = world.signedIn("ada@admin.example").get(page("ada@admin.example"));
        assertThat(ada.page().select("form[action$=/removal]")).isEmpty();

        ada.submit(
                ada.form("/gift").clone().attr("action", page("ada@admin.example") + "/removal"),
                Map.of("role", "admin"));

        assertThat(ada.outcome()).isEqualTo("role-of-your-own");
        assertThat(world.sandbox().fusionAuth().rolesOf("ada@admin.example")).contains("admin");
    }

    @Test
    void twoAdministratorsWhoDemoteEachOtherAtOnceLeaveOne() throws Exception {
        for (int round = 0; round < 3; round++) {
            var first = registered("ana.first." + round + "@example.com", "user", "admin");
            var second = registered("ana.second." + round + "@example.com", "user", "admin");
            var one = world.signedIn(first).get(page(second));
            var other = world.signedIn(second).get(page(first));
            var together = new CountDownLatch(1);
            try (var threads = Executors.newFixedThreadPool(2)) {
                var both = List.of(
                        threads.submit(() -> {
                            together.await();
                            take(one, "admin");
                            return one.status();
                        }),
                        threads.submit(() -> {
                            together.await();
                            take(other, "admin");
                            return other.status();
                        }));
                together.countDown();
                var statuses = List.of(both.get(0).get(), both.get(1).get());

                assertThat(statuses).containsExactlyInAnyOrder(200, 403);
            }
            assertThat(List.of(isAdministrator(first), isAdministrator(second))).containsExactlyInAnyOrder(true, false);
        }
    }

    /** The session still says administrator; FusionAuth is asked at once. */
    @Test
    void whoIsNoAdministratorAnyMoreChangesNothing() {
        var former = registered("ana.former@example.com", "user", "admin");
        var email = registered("ana.target@example.com", "user");
        var ana = world.signedIn(former).get(page(email));
        world.sandbox().fusionAuth().change(former, Set.of("user"), "{}");

        give(ana, "admin");

        assertThat(ana.status()).isEqualTo(403);
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactly("user");
    }

    @Test
    void whileFusionAuthIsSilentNothingIsChangedAndThePageSaysSo() {
        var email = registered("ana.silent@example.com", "user");
        var ada = world.signedIn("ada@admin.example").get(page(email));
        world.sandbox().fusionAuth().apiDown(true);
        try {
            give(ada, "teacher");
            assertThat(ada.outcome()).isEqualTo("role-unavailable");
            assertThat(ada.status()).isEqualTo(503);
            assertThat(ada.get("/roles/members").page().text()).contains("nobody can be shown");
        } finally {
            world.sandbox().fusionAuth().apiDown(false);
        }
        assertThat(world.sandbox().fusionAuth().rolesOf(email)).containsExactly("user");
    }

    @Test
    void unknownMembersAndRolesAreRefused() {
        var ada = world.signedIn("ada@admin.example");
        assertThat(ada.get("/roles/members/c0000000-0000-4000-8000-0000000000ff")
                        .status())
                .isEqualTo(404);
        assertThat(ada.get(page("nora@example.com")).status()).isEqualTo(404);
        assertThat(ada.get("/roles/members/nobody").status()).isEqualTo(404);

        ada.get(page("ben@example.com"));
        ada.submit(ada.form("/gift"), Map.of("role", "owner"));
        assertThat(ada.status()).isEqualTo(400);
        assertThat(ada.page().select("[data-parameter]").attr("data-parameter")).isEqualTo("role");

        ada.get(page("ben@example.com"));
        ada.submit(
                ada.form("/gift").clone().attr("action", page("ben@example.com") + "/removal"),
                Map.of("role", "owner"));
        assertThat(ada.status()).isEqualTo(400);
        assertThat(ada.page().select("[data-parameter]").attr("data-parameter")).isEqualTo("role");
    }

    @Test
    void aRuleIsTriedAndNothingIsSaved() {
        var gains = registered("ana.gains@new.example", "user");
        var loses = registered("ana.loses@school.example", "user");
        world.signedIn(loses);
        var ada = world.signedIn("ada@admin.example");

        Wait.until(() -> ada.get("/roles/members/trial?rules=new.example=teacher")
                .page()
                .text()
                .contains(gains));

        assertThat(ada.page()
                        .select(".member:contains(" + gains + ") [data-gain]")
                        .attr("data-gain"))
                .isEqualTo("teacher");
        assertThat(ada.page()
                        .select(".member:contains(" + loses + ") [data-loss]")
                        .attr("data-loss"))
                .isEqualTo("teacher");
        assertThat(world.sandbox().fusionAuth().rolesOf(gains)).containsExactly("user");
        assertThat(world.sandbox().fusionAuth().rolesOf(loses)).contains("teacher");

        assertThat(ada.get("/roles/members/trial?rules=gmail.com=teacher").status())
                .isEqualTo(400);
        assertThat(ada.page().select("[role=alert]").text()).contains("anybody can get an address");
    }

    /** FusionAuth without a search engine of its own has no question for registrations. */
    @Test
    void membersAreListedWithTheDatabaseAsSearchEngineToo() {
        world.sandbox().fusionAuth().databaseAsSearchEngine(true);
        try {
            var ada = world.signedIn("ada@admin.example");
            Wait.until(() -> ada.get("/roles/members").page().text().contains("Ana Alvarez"));
            assertThat(ada.page().select("[data-member]").text()).doesNotContain("Nora");
        } finally {
            world.sandbox().fusionAuth().databaseAsSearchEngine(false);
        }
    }

    @Test
    void othersSeeNoMembers() {
        assertThat(world.signedIn("ana@example.com").get("/roles/members").status())
                .isEqualTo(403);
        assertThat(world.signedIn("tess@school.example")
                        .get(page("ben@example.com"))
                        .status())
                .isEqualTo(403);
    }

    private static void give(Visitor visitor, String role) {
        submit(visitor, "form[action$=/gift]", role);
    }

    private static void take(Visitor visitor, String role) {
        submit(visitor, "form[action$=/removal]", role);
    }

    private static void submit(Visitor visitor, String forms, String role) {
        var form = visitor.page().expectFirst(forms + ":has(input[name=role][value=" + role + "])");
        visitor.submit(form, Map.of());
    }

    private static boolean isAdministrator(String email) {
        return world.sandbox().fusionAuth().rolesOf(email).contains("admin");
    }

    private static String page(String email) {
        return "/roles/members/" + world.sandbox().fusionAuth().idOf(email);
    }

    private static String registered(String email, String... roles) {
        world.sandbox().fusionAuth().newcomer(email, true, roles);
        return email;
    }
}
