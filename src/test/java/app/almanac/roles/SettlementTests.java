package app.almanac.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettlementTests {

    private static final Set<String> USER = Set.of("user");

    @Test
    void aRuleGivesAndNotesIt() {
        assertThat(Settlement.of(USER, Set.of(), Set.of(), Set.of("teacher"), USER))
                .isEqualTo(new Settlement(Set.of("user", "teacher"), Set.of("teacher")));
    }

    @Test
    void whatARuleGaveGoesWithIt() {
        assertThat(Settlement.of(Set.of("user", "teacher"), Set.of("teacher"), Set.of(), Set.of(), USER))
                .isEqualTo(new Settlement(USER, Set.of()));
    }

    @Test
    void whatNoRuleGaveStaysAlsoWhenARuleForItCameAndWent() {
        var met = Settlement.of(Set.of("user", "teacher"), Set.of(), Set.of(), Set.of("teacher"), USER);
        assertThat(met.byRule()).isEmpty();

        var left = Settlement.of(met.roles(), met.byRule(), Set.of(), Set.of(), USER);
        assertThat(left.roles()).containsExactlyInAnyOrder("user", "teacher");
    }

    @Test
    void whatWasGivenByHandOnTopOfARuleOutlivesTheRule() {
        var settled =
                Settlement.of(Set.of("user", "teacher"), Set.of("teacher"), Set.of("teacher"), Set.of("teacher"), USER);
        assertThat(settled.byRule()).isEmpty();

        assertThat(Settlement.of(settled.roles(), Set.of("teacher"), Set.of("teacher"), Set.of(), USER)
                        .roles())
                .contains("teacher");
    }

    @Test
    void everybodyGetsTheDefaultBack() {
        assertThat(Settlement.of(Set.of(), Set.of("user"), Set.of(), Set.of(), USER)
                        .roles())
                .containsExactly("user");
    }

    /** Administrators give and take, here and at FusionAuth, rules come and go, sign-ins settle: nothing mixes. */
    @Test
    void inAnyHistoryRulesTakeOnlyWhatRulesGave() {
        var names = List.of("teacher", "admin", "editor");
        var random = new Random(7);
        for (int run = 0; run < 2_000; run++) {
            Set<String> has = new HashSet<>(USER);
            Set<String> noted = new HashSet<>();
            Set<String> rules = Set.of();
            var atFusionAuth = new HashSet<String>();
            var byHand = new HashSet<String>();
            for (int step = 0; step < 12; step++) {
                var role = names.get(random.nextInt(names.size()));
                switch (random.nextInt(6)) {
                    case 0 -> {
                        if (has.add(role)) {
                            atFusionAuth.add(role);
                        }
                    }
                    case 1 -> {
                        has.remove(role);
                        atFusionAuth.remove(role);
                        byHand.remove(role);
                        noted.remove(role);
                    }
                    case 2 -> {
                        has.add(role);
                        byHand.add(role);
                    }
                    case 3 -> { // a gift on top of a rule is taken back
                        if (has.contains(role) && rules.contains(role) && byHand.remove(role)) {
                            noted.add(role);
                            atFusionAuth.remove(role);
                        }
                    }
                    case 4 -> rules = random.nextBoolean() ? Set.of() : Set.of(role);
                    default -> {
                        var settled = Settlement.of(has, noted, byHand, rules, USER);
                        assertThat(settled.roles())
                                .contains("user")
                                .containsAll(rules)
                                .containsAll(byHand);
                        assertThat(settled.byRule()).noneMatch(byHand::contains);
                        var owed = new HashSet<>(atFusionAuth);
                        owed.removeAll(noted);
                        assertThat(settled.roles()).containsAll(owed);
                        assertThat(settled.roles())
                                .allMatch(given -> given.equals("user")
                                        || settled.byRule().contains(given)
                                        || byHand.contains(given)
                                        || atFusionAuth.contains(given));
                        has = new HashSet<>(settled.roles());
                        noted = new HashSet<>(settled.byRule());
                    }
                }
            }
        }
    }
}
