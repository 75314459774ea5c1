package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule as docs/connector.md tells it. */
class ThrottleTests {

    private static final Duration CHEAP = Duration.ofMillis(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T08:00:00Z"));
    private final Throttle throttle = new Throttle(clock(now::get));

    private static Clock clock(InstantSource source) {
        return source.withZone(ZoneOffset.UTC);
    }

    @Test
    void twentyWrongPasswordsForALoginAreCheckedAndThenOneEveryThreeSeconds() {
        assertThat(failures("lea", "", 50, CHEAP)).isEqualTo(20);

        pass(Duration.ofMillis(2500));
        assertThat(failures("lea", "", 1, CHEAP)).isZero();
        pass(Duration.ofMillis(500));
        assertThat(failures("lea", "", 5, CHEAP)).isEqualTo(1);
        pass(Duration.ofHours(1));
        assertThat(failures("lea", "", 50, CHEAP)).isEqualTo(20);
    }

    @Test
    void aLoginIsTheSameHoweverItIsTyped() {
        failures("lea@school.example", "", 20, CHEAP);

        assertThat(failures(" LEA@school.example ", "", 1, CHEAP)).isZero();
        assertThat(failures("leo@school.example", "", 1, CHEAP)).isEqualTo(1);
    }

    /** They may sign in by user name, address and phone, and a database may find them by any spelling. */
    @Test
    void aPersonIsTheSameByWhateverNameTheyAreFound() {
        int checked = 0;
        for (int i = 0; i < 50; i++) {
            checked += failuresOf("lea", "lea" + " ".repeat(i) + ".", "");
        }
        assertThat(checked).isEqualTo(20);
        assertThat(failuresOf("leo", "leo", "")).isEqualTo(1);

        pass(Duration.ofSeconds(3));
        assertThat(failuresOf("lea", "another", "")).isEqualTo(1);
        assertThat(failuresOf("lea", "one more", "")).isZero();
    }

    @Test
    void aPersonIsSparedAHundredTimesByWhateverNameFromAddressesThatHaveHardlyFailed() {
        int checked = 0;
        for (int i = 0; i < 500; i++) {
            checked += failuresOf("lea", "lea" + i, "10.0." + i / 250 + "." + i % 250);
        }
        assertThat(checked).isEqualTo(20 + 100);
        assertThat(failuresOf("leo", "leo", "10.0.0.1")).isEqualTo(1);
    }

    /** A login name is what a caller chooses: it must not stand for the person of another. */
    @Test
    void aLoginNameThatLooksLikeAKeyIsNotThatPerson() {
        failures("1001", "", 20, CHEAP);

        assertThat(failuresOf("1001", "olga", "")).isEqualTo(1);
    }

    @Test
    void rightPasswordsCostNothingByWhateverName() {
        for (int i = 0; i < 100; i++) {
            var right = admitted("lea" + i % 3, "192.0.2.1");
            assertThat(right.isFor("lea")).isTrue();
            right.takeBack();
        }

        assertThat(failuresOf("lea", "lea", "")).isEqualTo(1);
    }

    @Test
    void rightPasswordsCostNothing() {
        for (int i = 0; i < 1000; i++) {
            admitted("lea", "192.0.2.1").takeBack();
        }

        assertThat(failures("lea", "192.0.2.1", 50, CHEAP)).isEqualTo(20);
    }

    @Test
    void anAttackFromOneAddressLocksNobodyOutElsewhere() {
        failures("lea", "198.51.100.7", 1000, CHEAP);

        assertThat(failures("lea", "192.0.2.1", 3, CHEAP)).isEqualTo(3);
    }

    @Test
    void anAttackFromThirtyAddressesLocksNobodyOutElsewhere() {
        for (int i = 0; i < 30; i++) {
            failures("lea", "10.0.0." + i, 20, CHEAP);
        }

        assertThat(failures("lea", "192.0.2.1", 3, CHEAP)).isEqualTo(3);
        assertThat(failures("lea", "10.0.0.1", 1, CHEAP)).isZero();
    }

    /** Whoever has addresses without end does not have tries without end; others wait no longer than for a login's own. */
    @Test
    void aLoginIsSparedAHundredTimesAndThenOnceEveryThreeSecondsWhateverTheAddresses() {
        int checked = 0;
        for (int i = 0; i < 1000; i++) {
            checked += failures("lea", "10.0." + i / 250 + "." + i % 250, 20, CHEAP);
        }
        assertThat(checked).isEqualTo(20 + 100);
        assertThat(failures("leo", "192.0.2.1", 1, CHEAP)).isEqualTo(1);

        pass(Duration.ofSeconds(3));
        assertThat(failures("lea", "192.0.2.1", 1, CHEAP)).isEqualTo(1);
    }

    @Test
    void oneAddressMayFailAHundredTimesAndThenOnceASecondWhateverTheLogin() {
        int checked = 0;
        for (int i = 0; i < 500; i++) {
            checked += failures("user" + i, "198.51.100.7", 1, CHEAP);
        }
        assertThat(checked).isEqualTo(100);

        pass(Duration.ofSeconds(1));
        assertThat(failures("another", "198.51.100.7", 5, CHEAP)).isEqualTo(1);
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        int checked = 0;
        for (int i = 0; i < 500; i++) {
            checked += failures("user" + i, "2001:db8:1:" + Integer.toHexString(i + 1) + "::1", 1, CHEAP);
        }

        assertThat(checked).isEqualTo(100);
        assertThat(failures("lea", "2001:db8:2::1", 1, CHEAP)).isEqualTo(1);
    }

    @Test
    void anAddressIsTheSameHoweverItIsWritten() {
        failures("lea", "192.0.2.1", 20, CHEAP);

        assertThat(failures("lea", "::ffff:192.0.2.1", 1, CHEAP)).isZero();
        assertThat(failures("lea", "192.0.2.2", 1, CHEAP)).isEqualTo(1);
    }

    @Test
    void allWrongPasswordsTogetherGetASecondOfHashingAndThenATenthOfASecondEachSecond() {
        assertThat(failuresOfMany("")).isEqualTo(10);
        pass(Duration.ofSeconds(1));
        assertThat(failuresOfMany("")).isEqualTo(1);

        int checked = 0;
        for (int i = 0; i < 500; i++) {
            checked += failures("user" + i, "10.1." + i / 250 + "." + i % 250, 1, Duration.ofMillis(100));
        }
        assertThat(checked).as("each address may try").isEqualTo(500);
    }

    @Test
    void oneAddressGetsHalfOfThatSoThatSomethingIsLeftForThoseWhoAreMistakenElsewhere() {
        failures("lea", "192.0.2.1", 5, CHEAP);

        assertThat(failuresOfMany("198.51.100.7")).isEqualTo(5);
        for (int i = 0; i < 600; i++) {
            pass(Duration.ofMillis(100));
            failures("user" + i, "198.51.100.7", 1, Duration.ofMillis(150));
        }
        assertThat(failures("lea", "192.0.2.1", 1, CHEAP)).isEqualTo(1);
    }

    @Test
    void anAddressThatHasFailedThreeTimesIsSparedAgainAfterTenMinutes() {
        failures("lea", "192.0.2.1", 3, CHEAP);

        pass(Duration.ofMinutes(10).minusSeconds(1));
        failuresOfMany("");
        assertThat(failures("lea", "192.0.2.1", 1, CHEAP)).isZero();

        pass(Duration.ofSeconds(1));
        failuresOfMany("");
        assertThat(failures("lea", "192.0.2.1", 2, CHEAP)).isEqualTo(1);
    }

    @Test
    void whoFindsNoPlaceSevenTimesThoughSparedIsSparedNoMoreSoThatAnAttackDoesNotQueueForLong() {
        failuresOfMany("");

        for (int address = 0; address < 40; address++) {
            for (int i = 0; i < 7; i++) {
                admitted("lea", "10.0.0." + address).foundNoPlace();
            }
            assertThat(throttle.admit("lea", "10.0.0." + address)).isInstanceOf(Throttle.Admission.Refused.class);
        }

        assertThat(failures("lea", "192.0.2.2", 20, CHEAP))
                .as("its name lost nothing")
                .isEqualTo(3);
    }

    @Test
    void whoFindsNoPlaceSevenTimesThoughSparedForThePersonIsSparedNoMore() {
        for (int i = 0; i < 20; i++) {
            assertThat(failuresOf("1001", "olga" + i, "")).isEqualTo(1);
        }

        for (int i = 0; i < 7; i++) {
            var spared = admitted("olga", "192.0.2.1");
            assertThat(spared.isFor("1001")).isTrue();
            spared.foundNoPlace();
        }

        assertThat(admitted("olga", "192.0.2.1").isFor("1001")).isFalse();
    }

    @Test
    void whoFindsNoPlaceOtherwiseLosesNothing() {
        for (int i = 0; i < 1000; i++) {
            admitted("lea", "192.0.2.1").foundNoPlace();
        }
        failuresOfMany("");

        assertThat(failures("lea", "192.0.2.1", 20, CHEAP)).isEqualTo(3);
    }

    /** Else a hundred a second were let try for the last millisecond, and would wait for the threads in everybody's way. */
    @Test
    void whoIsBeingCheckedCountsForWhatACheckUsuallyTakes() {
        for (int i = 0; i < 9; i++) {
            failures("user" + i, "", 1, Duration.ofMillis(100));
        }
        failures("user", "", 1, Duration.ofMillis(50));

        var last = admitted("one more", "");
        assertThat(throttle.admit("lea", "")).isInstanceOf(Throttle.Admission.Refused.class);
        var spared = admitted("lea", "192.0.2.1");

        spared.takeBack();
        last.takeBack();
        assertThat(failures("lea", "", 2, Duration.ofMillis(100))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0", "10.0.0.256", "10.0.0.1.2", "1", "a:b", "::1::", "x y"})
    void anAddressThatIsNoneCountsAsNone(String none) {
        failures("lea", "not:an:address", 20, CHEAP);

        assertThat(failures("lea", none, 1, CHEAP)).isZero();
        assertThat(failures("lea", none + "x".repeat(1000), 1, CHEAP)).isZero();
    }

    /** Its caller chooses how long a name is, and a hundred thousand are remembered. */
    @Test
    void aNameItselfIsNotKept() {
        var name = failed("n".repeat(15_000));

        Wait.until(() -> {
            System.gc();
            return name.get() == null;
        });
        assertThat(failures("n".repeat(15_000), "", 50, CHEAP)).isEqualTo(19);
    }

    private WeakReference<String> failed(String name) {
        failures(name, "", 1, CHEAP);
        return new WeakReference<>(name);
    }

    private int failures(String login, String address, int tries, Duration hashing) {
        int checked = 0;
        for (int i = 0; i < tries; i++) {
            if (throttle.admit(login, address) instanceof Throttle.Admission.Granted(var attempt)) {
                attempt.failedAfter(hashing);
                checked++;
            }
        }
        return checked;
    }

    /** Of checks that take a tenth of a second, each for another name. */
    private int failuresOfMany(String address) {
        int checked = 0;
        for (int i = 0; i < 50; i++) {
            checked += failures("one of many " + i, address, 1, Duration.ofMillis(100));
        }
        return checked;
    }

    /** One try at somebody who is found by that name: 1 when the password is checked. */
    private int failuresOf(String person, String login, String address) {
        var attempt = admitted(login, address);
        var isChecked = attempt.isFor(person);
        attempt.failedAfter(CHEAP);
        return isChecked ? 1 : 0;
    }

    private Throttle.Try admitted(String login, String address) {
        return throttle.admit(login, address) instanceof Throttle.Admission.Granted(var attempt)
                ? attempt
                : org.assertj.core.api.Assertions.fail("refused");
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }
}
