package app.almanac.calendar;

import app.almanac.accounts.AccountChanged;
import app.almanac.accounts.AccountId;
import app.almanac.accounts.AccountState;
import app.almanac.accounts.ConnectedAccount;
import app.almanac.accounts.ConnectedAccounts;
import app.almanac.accounts.PageBudget;
import app.almanac.fusionauth.PersonId;
import app.almanac.google.Calendar;
import app.almanac.google.GoogleCalendarAnswer;
import app.almanac.google.GoogleCalendars;
import app.almanac.upstream.Upstream;
import app.almanac.web.PageCounts;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The events of all accounts of one person, read in parallel within one budget. An account that is slow, down or broken
 * never hides the others: it says what is wrong, with its last good events where there are any from the last 15 minutes.
 */
@Component
class MergedCalendar {

    /** The accounts as they stand, and their events merged and in order. */
    record Loaded(List<AccountView> accounts, List<MergedEvent> events) {}

    private record Key(PersonId person, AccountId account, Instant from, Instant to, ZoneId zone) {}

    /** One that is under way; {@code token} names the refresh token with which it was begun. */
    private record Load(Key key, String token) {}

    private record Good(List<Calendar> calendars, Instant at) {

        /** How much of the memory for old events it takes: its events, and something for itself. */
        int weight() {
            return 10
                    + calendars.stream()
                            .mapToInt(calendar -> calendar.events().size())
                            .sum();
        }
    }

    private record Part(AccountView account, List<Calendar> calendars) {}

    private static final Duration OLD_AT_MOST = Duration.ofMinutes(15);

    private final ConnectedAccounts accounts;
    private final GoogleCalendars google;
    private final Clock clock;
    private final PageBudget budget;
    private final ExecutorService threads = Upstream.threads();
    private final ConcurrentHashMap<Load, CompletableFuture<GoogleCalendarAnswer>> underWay = new ConcurrentHashMap<>();
    private final Cache<Key, Good> lastGood = Caffeine.newBuilder()
            .maximumWeight(100_000) // in events: the longest windows of one person crowd out few of others
            .weigher((Key key, Good good) -> good.weight())
            .expireAfterWrite(OLD_AT_MOST)
            .build();

    MergedCalendar(ConnectedAccounts accounts, GoogleCalendars google, Clock clock, PageBudget budget) {
        this.accounts = accounts;
        this.google = google;
        this.clock = clock;
        this.budget = budget;
    }

    Loaded load(PersonId person, Instant from, Instant to, ZoneId zone) {
        var begun = System.nanoTime();
        var known = accounts.of(person);
        var loads = known.accounts().stream()
                .map(account ->
                        known.linksKnown() ? begin(new Key(person, account.id(), from, to, zone), account) : null)
                .toList();
        budget.await(loads.stream().filter(Objects::nonNull).toList(), begun);
        var parts = new ArrayList<Part>();
        for (int i = 0; i < loads.size(); i++) {
            var account = known.accounts().get(i);
            var key = new Key(person, account.id(), from, to, zone);
            parts.add(part(account, key, loads.get(i), known.linksKnown()));
        }
        count(parts);
        var copies = new ArrayList<Copy>();
        for (var part : parts) {
            for (var calendar : part.calendars()) {
                calendar.events().forEach(event -> copies.add(new Copy(part.account(), calendar.name(), event)));
            }
        }
        return new Loaded(parts.stream().map(Part::account).toList(), MergedEvent.of(copies));
    }

    private static void count(List<Part> parts) {
        parts.forEach(part -> PageCounts.account(
                "calendar", part.account().state(), part.account().reason()));
        if (parts.stream().anyMatch(part -> part.account().state().equals("loading"))) {
            PageCounts.overrun("calendar");
        }
    }

    /** What is still under way is not waited for any more, and is not kept. */
    @EventListener
    void forget(AccountChanged changed) {
        underWay.keySet().removeIf(load -> isOf(changed, load.key()));
        lastGood.asMap().keySet().removeIf(key -> isOf(changed, key));
    }

    private static boolean isOf(AccountChanged changed, Key key) {
        return key.person().equals(changed.person()) && key.account().equals(changed.account());
    }

    /** A load that is under way already is joined; it goes on behind a page whose budget it overran. */
    private @Nullable Future<GoogleCalendarAnswer> begin(Key key, ConnectedAccount account) {
        var token = account.refreshToken();
        if (token == null) {
            return null;
        }
        var load = new Load(key, token.fingerprint());
        var mine = new CompletableFuture<GoogleCalendarAnswer>();
        var running = underWay.putIfAbsent(load, mine);
        if (running != null) {
            return running;
        }
        threads.execute(() -> {
            try {
                var answer = google.load(key.person().value(), token, key.from(), key.to(), key.zone());
                if (answer instanceof GoogleCalendarAnswer.Loaded(var calendars, var incomplete)) {
                    keep(load, mine, new Good(calendars, clock.instant()));
                }
                mine.complete(answer);
            } catch (RuntimeException | Error e) {
                mine.completeExceptionally(e);
            } finally {
                underWay.remove(load, mine);
            }
        });
        return mine;
    }

    /** Unless the account was disconnected or renewed meanwhile, which takes away what is under way, then what is kept. */
    private void keep(Load load, CompletableFuture<GoogleCalendarAnswer> mine, Good good) {
        lastGood.put(load.key(), good);
        if (!underWay.remove(load, mine)) {
            lastGood.asMap().remove(load.key(), good);
        }
    }

    private Part part(
            ConnectedAccount account, Key key, @Nullable Future<GoogleCalendarAnswer> load, boolean linksKnown) {
        if (!linksKnown) {
            return old(account, key, AccountState.NO_LINKS);
        }
        if (load == null) {
            return part(account, AccountState.BLANK, null, List.of(), List.of());
        }
        try {
            var answer = load.get(0, TimeUnit.NANOSECONDS);
            var state = AccountState.of(answer);
            return switch (answer) {
                case GoogleCalendarAnswer.Loaded(var calendars, var ignored) ->
                    part(
                            account,
                            state,
                            null,
                            calendars,
                            calendars.stream()
                                    .filter(Calendar::incomplete)
                                    .map(Calendar::name)
                                    .toList());
                case GoogleCalendarAnswer.PermissionMissing ignored -> part(account, state, null, List.of(), List.of());
                case GoogleCalendarAnswer.ReconnectNeeded ignored -> old(account, key, state);
                case GoogleCalendarAnswer.Unreachable ignored -> old(account, key, state);
            };
        } catch (TimeoutException overBudget) {
            return old(account, key, AccountState.SLOW);
        } catch (ExecutionException e) {
            AccountState.logSurprise(e);
            return old(account, key, AccountState.SURPRISING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return old(account, key, AccountState.SLOW);
        }
    }

    private Part old(ConnectedAccount account, Key key, AccountState state) {
        var good = lastGood.getIfPresent(key);
        return good == null
                ? part(account, state, null, List.of(), List.of())
                : part(account, state, good.at(), good.calendars(), List.of());
    }

    private static Part part(
            ConnectedAccount account,
            AccountState state,
            @Nullable Instant asOf,
            List<Calendar> calendars,
            List<String> notes) {
        return new Part(
                new AccountView(
                        account.id(), account.email(), account.colour(), state.state(), state.reason(), asOf, notes),
                calendars);
    }
}
