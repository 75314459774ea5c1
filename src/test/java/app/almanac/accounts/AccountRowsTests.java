package app.almanac.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.accounts.AccountRows.Claim;
import app.almanac.accounts.AccountRows.Row;
import app.almanac.fusionauth.PersonId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import sandbox.Database;

/** Who gets a Google account when several want it at the same moment: one statement decides. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountRowsTests {

    private final Database database = Database.migrated();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());
    private final TransactionTemplate transactions =
            new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
    private final AccountRows rows = new AccountRows(jdbc);
    private final PersonId ana = new PersonId(UUID.randomUUID());
    private final PersonId ben = new PersonId(UUID.randomUUID());

    @BeforeEach
    void empty() {
        jdbc.sql("DELETE FROM connected_account").update();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void oneGoogleAccountOf32PeopleAtOnceHasOneOwner() throws Exception {
        var people = new ArrayList<PersonId>();
        var attempts = new ArrayList<Callable<Claim>>();
        for (int i = 0; i < 32; i++) {
            var person = new PersonId(UUID.randomUUID());
            people.add(person);
            attempts.add(() -> claim(person, "google-1", 10));
        }

        var claims = atOnce(attempts);

        assertThat(claims).containsOnlyOnce(Claim.NEW);
        assertThat(claims.stream().filter(Claim.SOMEBODY_ELSES::equals)).hasSize(31);
        assertThat(people.stream().filter(person -> !rows.of(person).isEmpty())).hasSize(1);
    }

    @Test
    void twentyAccountsAtOnceFillALimitOfFourAndNoMore() throws Exception {
        var attempts = new ArrayList<Callable<Claim>>();
        for (int i = 0; i < 20; i++) {
            var sub = "google-" + i;
            attempts.add(() -> claim(ana, sub, 4));
        }

        var claims = atOnce(attempts);

        assertThat(claims.stream().filter(Claim.NEW::equals)).hasSize(4);
        assertThat(claims.stream().filter(Claim.LIMIT_REACHED::equals)).hasSize(16);
        assertThat(rows.of(ana)).hasSize(4).extracting(Row::colour).doesNotHaveDuplicates();
    }

    @Test
    void anAccountKeepsItsIdAndColourWhenItIsClaimedAgain() {
        claim(ana, "google-1", 4);
        claim(ana, "google-2", 4);
        var before = rows.of(ana).getFirst();

        assertThat(claim(ana, "google-1", 2)).isEqualTo(Claim.ALREADY_THEIRS);

        assertThat(rows.of(ana)).first().isEqualTo(before);
    }

    /** Otherwise an attempt that died between claim and link would keep the account from everybody for ever. */
    @Test
    void aClaimThatNobodyFinishedIsVoidAfterHalfAMinute() {
        claim(ana, "google-1", 4);
        var id = rows.of(ana).getFirst().id();
        assertThat(claim(ben, "google-1", 4)).isEqualTo(Claim.SOMEBODY_ELSES);

        jdbc.sql("UPDATE connected_account SET claimed_at = now() - interval '31 seconds'")
                .update();

        assertThat(claim(ben, "google-1", 4)).isEqualTo(Claim.NEW);
        assertThat(rows.of(ana)).isEmpty();
        assertThat(rows.of(ben))
                .singleElement()
                .satisfies(row -> assertThat(row.id()).isNotEqualTo(id));
    }

    /** Random histories of three people and five accounts, against a list of who owns what. */
    @RepeatedTest(20)
    void everyHistoryLeavesEachAccountWithOneOwnerAndNobodyOverTheLimit(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var people = List.of(ana, ben, new PersonId(UUID.randomUUID()));
        var owners = new HashMap<String, PersonId>();
        for (int step = 0; step < 60; step++) {
            var person = people.get(random.nextInt(3));
            var sub = "google-" + random.nextInt(5);
            if (random.nextInt(3) == 0) {
                rows.remove(person, sub);
                owners.remove(sub, person);
            } else {
                var owner = owners.get(sub);
                var mine = owners.values().stream().filter(person::equals).count();
                var expected = person.equals(owner)
                        ? Claim.ALREADY_THEIRS
                        : mine >= 2 ? Claim.LIMIT_REACHED : owner == null ? Claim.NEW : Claim.SOMEBODY_ELSES;
                assertThat(claim(person, sub, 2))
                        .as("step %d of history %d", step, repetition.getCurrentRepetition())
                        .isEqualTo(expected);
                if (expected == Claim.NEW) {
                    owners.put(sub, person);
                }
            }
        }
        for (var person : people) {
            var theirs = new HashSet<String>();
            owners.forEach((sub, owner) -> {
                if (owner.equals(person)) {
                    theirs.add(sub);
                }
            });
            assertThat(rows.of(person)).extracting(Row::googleSub).containsExactlyInAnyOrderElementsOf(theirs);
        }
    }

    private Claim claim(PersonId person, String sub, int limit) {
        return java.util.Objects.requireNonNull(
                transactions.execute(status -> rows.claim(person, sub, sub + "@gmail.example", limit)));
    }

    private static List<Claim> atOnce(List<Callable<Claim>> attempts) throws Exception {
        try (var threads = Executors.newFixedThreadPool(attempts.size())) {
            var claims = new ArrayList<Claim>();
            for (var claim : threads.invokeAll(attempts)) {
                claims.add(claim.get());
            }
            return claims;
        }
    }
}
