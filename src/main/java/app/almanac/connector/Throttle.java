package app.almanac.connector;

import app.almanac.upstream.Secret;
import app.almanac.web.Network;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * How many wrong passwords are checked at all. Failed tries are counted by login name, by the person whom it means, by the
 * address that FusionAuth tells, and in all; a right password costs nothing once it is checked. An address that has hardly
 * failed is let try all the same, so that an attack from elsewhere locks nobody out, though a name or a person is spared so
 * only a bounded number of times. The rule in full: docs/connector.md.
 */
@Component
class Throttle {

    /** How much a bucket holds, how much comes back each second, and how much has to be there for one more try. */
    private record Rule(double most, double perSecond, double needed) {}

    /** By login name as it is typed, and by the key of the person whom it means. */
    private static final Rule BY_LOGIN = new Rule(20, 1 / 3.0, 1);

    private static final Rule BY_ADDRESS = new Rule(100, 1, 1);
    private static final Rule HARDLY_FAILED = new Rule(3, 1 / 600.0, 1);
    /** By login name and by person: tries that were let through for their address alone. */
    private static final Rule SPARED = new Rule(100, 1 / 3.0, 1);
    /** In seconds, what all wrong passwords together may take at once. */
    private static final double HASHING = 1;

    private static final double ENOUGH_TO_BEGIN = 0.001;
    private static final double MOST_RESERVED = 0.05;
    /** What it costs a spared address to have found no place: of three tries, so that seven may do so. */
    private static final double IN_VAIN = 1 / 3.0;

    private static final double ROUNDING = 1e-6;
    private static final int KEPT = 100_000;

    private static final class Bucket {

        private final Rule rule;
        private double left;
        private Instant at;

        Bucket(Rule rule, Instant now) {
            this.rule = rule;
            this.left = rule.most();
            this.at = now;
        }

        synchronized boolean isEmpty(Instant now) {
            var back = Math.max(0, Duration.between(at, now).toMillis()) / 1000.0 * rule.perSecond();
            left = Math.min(rule.most(), left + back);
            at = now;
            return left < rule.needed() - ROUNDING;
        }

        /** How much was taken: no bucket owes more than it holds. */
        synchronized double take(double amount) {
            var before = left;
            left = Math.max(-rule.most(), left - amount);
            return before - left;
        }

        synchronized void giveBack(double amount) {
            left = Math.min(rule.most(), left + amount);
        }
    }

    /** A try that may be made. It counts as failed unless it is taken back. */
    final class Try {

        private final List<Bucket> buckets;
        private final Bucket clean;
        private final boolean mayBeSpared;
        private boolean isSpared;

        /** In seconds of hashing, so that not all who come during one check are let try for what is left. */
        private final Map<Bucket, Double> reserved = new LinkedHashMap<>();

        private Try(List<Bucket> buckets, List<Bucket> hashing, Bucket clean, boolean mayBeSpared, boolean isSpared) {
            this.buckets = new ArrayList<>(buckets);
            this.clean = clean;
            this.mayBeSpared = mayBeSpared;
            this.isSpared = isSpared;
            hashing.forEach(bucket -> reserved.put(bucket, bucket.take(usual)));
        }

        /**
         * Whether the person of this key may be tried too: they may have many names, and a database may find them by many
         * spellings. From now on the try counts for them as well.
         */
        boolean isFor(String key) {
            var now = clock.instant();
            var name = new Secret(key).fingerprint();
            var person = people.get(name, made -> new Bucket(BY_LOGIN, now));
            var spared = sparedPeople.get(name, made -> new Bucket(SPARED, now));
            synchronized (Throttle.this) {
                var spent = person.isEmpty(now);
                if (spent && (!mayBeSpared || spared.isEmpty(now))) {
                    return false;
                }
                isSpared |= spent;
                var more = spent ? List.of(person, spared) : List.of(person);
                more.forEach(bucket -> bucket.take(1));
                buckets.addAll(more);
                return true;
            }
        }

        /** The password was right, or was not checked after all. */
        void takeBack() {
            buckets.forEach(bucket -> bucket.giveBack(1));
            reserved.forEach(Bucket::giveBack);
        }

        /**
         * It was not checked because too many others are. For an address that was spared that counts a little: else an
         * attack's would queue until each had been checked, and keep out whoever comes from elsewhere as long.
         */
        void foundNoPlace() {
            takeBack();
            if (isSpared) {
                clean.take(IN_VAIN);
            }
        }

        void failedAfter(Duration hashing) {
            var seconds = hashing.toNanos() / 1e9;
            reserved.forEach(Bucket::giveBack);
            reserved.keySet().forEach(bucket -> bucket.take(seconds));
            usual = Math.min(seconds, MOST_RESERVED);
        }
    }

    /** What is allowed: a try, or none now. */
    sealed interface Admission {

        record Granted(Try attempt) implements Admission {}

        record Refused() implements Admission {}
    }

    private final Clock clock;
    private final Cache<String, Bucket> logins = cache();
    private final Cache<String, Bucket> addresses = cache();
    private final Cache<String, Bucket> hardlyFailed = cache();
    private final Cache<String, Bucket> spares = cache();
    private final Cache<String, Bucket> people = cache();
    private final Cache<String, Bucket> sparedPeople = cache();
    private final Cache<String, Bucket> hashing = cache();
    private final Bucket inAll;
    /** Half of what all have, or one address could use up everybody's. */
    private final Rule ofOneAddress;
    /** In seconds, what the last wrong password took. */
    private volatile double usual;

    @Autowired
    Throttle(Clock clock) {
        this(clock, HASHING);
    }

    /** {@code seconds} of hashing for all wrong passwords at once; a tenth of it comes back each second. */
    Throttle(Clock clock, double seconds) {
        this.clock = clock;
        this.inAll = new Bucket(new Rule(seconds, seconds / 10, ENOUGH_TO_BEGIN), clock.instant());
        this.ofOneAddress = new Rule(seconds / 2, seconds / 20, ENOUGH_TO_BEGIN);
    }

    private static Cache<String, Bucket> cache() {
        return Caffeine.newBuilder()
                .maximumSize(KEPT)
                .expireAfterAccess(Duration.ofMinutes(20))
                .build();
    }

    /** {@code address} is empty when FusionAuth does not tell one: then all such tries share one. */
    Admission admit(String login, String address) {
        var now = clock.instant();
        var from = Network.of(address);
        // a fingerprint, since a caller chooses how long a name is
        var name = new Secret(login.strip().toLowerCase(Locale.ROOT)).fingerprint();
        var byLogin = logins.get(name, key -> new Bucket(BY_LOGIN, now));
        var spared = spares.get(name, key -> new Bucket(SPARED, now));
        var byAddress = addresses.get(from, key -> new Bucket(BY_ADDRESS, now));
        var clean = hardlyFailed.get(from, key -> new Bucket(HARDLY_FAILED, now));
        var checks = from.isEmpty() // shared by all whose address is not told
                ? List.of(inAll)
                : List.of(inAll, hashing.get(from, key -> new Bucket(ofOneAddress, now)));
        synchronized (this) {
            var spent = byLogin.isEmpty(now)
                    || byAddress.isEmpty(now)
                    || checks.stream().anyMatch(bucket -> bucket.isEmpty(now));
            var mayBeSpared = !from.isEmpty() && !clean.isEmpty(now);
            if (spent && (!mayBeSpared || spared.isEmpty(now))) {
                return new Admission.Refused();
            }
            var buckets = spent ? List.of(byLogin, byAddress, clean, spared) : List.of(byLogin, byAddress, clean);
            buckets.forEach(bucket -> bucket.take(1));
            return new Admission.Granted(new Try(buckets, checks, clean, mayBeSpared, spent));
        }
    }
}
