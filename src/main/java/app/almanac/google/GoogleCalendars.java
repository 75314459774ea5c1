package app.almanac.google;

import app.almanac.google.CalendarCalls.Reply;
import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * One account's calendars and events. Calendars are read in parallel, six at once at most; one that fails is noted and
 * never hides the others. An account of which nothing could be read rests, unless it was Almanac that had no place for
 * its calls. A rejected access token is renewed once in all, and each call repeated once. However many pages somebody
 * has open, their calls in flight are bounded, so that they leave places for others.
 */
@Component
public class GoogleCalendars {

    private static final int AT_ONCE = 6;
    /** As many as a page of 20 accounts with 3 calendars asks at once, and fewer than a third of a host's places. */
    private static final int OF_ONE_PERSON = 60;

    private static final int PAGES_AT_MOST = 40;
    private static final Duration IN_ALL = Duration.ofSeconds(10);
    private static final Duration A_DAY = Duration.ofDays(1);

    private final CalendarCalls calls;
    private final GoogleAccessTokens tokens;
    private final Rests rests;
    private final ExecutorService threads = Upstream.threads();
    private final Cache<UUID, Semaphore> places =
            Caffeine.newBuilder().weakValues().build();

    GoogleCalendars(CalendarCalls calls, GoogleAccessTokens tokens, Clock clock) {
        this.calls = calls;
        this.tokens = tokens;
        this.rests = new Rests(clock);
    }

    private record Entry(String id, String name, ZoneId zone) {}

    /** A calendar that was read, or why not. */
    private record Read(Calendar calendar, @Nullable Reply failure) {}

    /** Stops reading an account for a reason that concerns all of it. */
    private static final class Stopped extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient GoogleCalendarAnswer answer;
        private final @Nullable Duration retryAfter;

        Stopped(GoogleCalendarAnswer answer) {
            this(answer, null);
        }

        Stopped(GoogleCalendarAnswer answer, @Nullable Duration retryAfter) {
            this.answer = answer;
            this.retryAfter = retryAfter;
        }

        static Stopped by(Reply.Unreachable failure) {
            return new Stopped(new GoogleCalendarAnswer.Unreachable(failure.cause()), failure.retryAfter());
        }
    }

    /** The calendars without their events: shows what state the account is in. */
    public GoogleCalendarAnswer list(UUID person, Secret refreshToken) {
        return reading(
                person,
                refreshToken,
                (bearer, entries) -> entries.stream()
                        .map(entry -> new Calendar(entry.id(), entry.name(), List.of(), false))
                        .toList());
    }

    /** The calendars that the person shows at Google, with the events that overlap {@code [from, to)}. */
    public GoogleCalendarAnswer load(UUID person, Secret refreshToken, Instant from, Instant to, ZoneId zone) {
        return reading(person, refreshToken, (bearer, entries) -> events(bearer, entries, from, to, zone));
    }

    private interface Reading {
        List<Calendar> read(Bearer bearer, List<Entry> entries) throws Stopped;
    }

    private GoogleCalendarAnswer reading(UUID person, Secret refreshToken, Reading reading) {
        var account = refreshToken.fingerprint();
        var resting = rests.now(account);
        if (resting != null) {
            return new GoogleCalendarAnswer.Unreachable(resting);
        }
        try {
            var bearer = new Bearer(
                    refreshToken,
                    tokens,
                    places.get(person, first -> new Semaphore(OF_ONE_PERSON)),
                    rests.isKnown(account));
            var entries = new ArrayList<Entry>();
            var complete = listed(bearer, entries);
            var answer = new GoogleCalendarAnswer.Loaded(reading.read(bearer, entries), !complete);
            rests.end(account);
            return answer;
        } catch (Stopped stopped) {
            if (!(stopped.answer instanceof GoogleCalendarAnswer.Unreachable(var cause))) {
                rests.end(account);
            } else if (cause != Cause.NO_PLACE) {
                rests.begin(account, cause, stopped.retryAfter);
            }
            return stopped.answer;
        }
    }

    /** Whether the list was read to its end; a later page that fails leaves what came before. */
    private boolean listed(Bearer bearer, List<Entry> entries) throws Stopped {
        var shown = new ArrayList<JsonNode>();
        var failure = paged(
                bearer,
                (token, page) -> calls.calendars(token, page, bearer.left()),
                page -> page.path("items").forEach(shown::add));
        if (failure != null && shown.isEmpty()) {
            throw failure instanceof Reply.Unreachable unreachable
                    ? Stopped.by(unreachable)
                    : new Stopped(new GoogleCalendarAnswer.Unreachable(Cause.DOWN));
        }
        for (var item : shown) {
            var id = EventReader.text(item, "id");
            var isShown = item.path("primary").asBoolean(false)
                    || item.path("selected").asBoolean(false);
            if (id != null
                    && isShown
                    && !item.path("hidden").asBoolean(false)
                    && !item.path("deleted").asBoolean(false)) {
                var name = Optional.ofNullable(EventReader.text(item, "summaryOverride"))
                        .or(() -> Optional.ofNullable(EventReader.text(item, "summary")))
                        .orElse("");
                entries.add(new Entry(id, name, zone(EventReader.text(item, "timeZone"), ZoneOffset.UTC)));
            }
        }
        return failure == null;
    }

    private List<Calendar> events(Bearer bearer, List<Entry> entries, Instant from, Instant to, ZoneId zone)
            throws Stopped {
        if (bearer.failedBefore() && !entries.isEmpty()) {
            var first = events(bearer, entries.getFirst(), from, to, zone);
            if (first.failure() instanceof Reply.Unreachable failure) {
                throw Stopped.by(failure);
            }
        }
        var places = new Semaphore(AT_ONCE);
        var running = entries.stream()
                .map(entry -> threads.submit(() -> {
                    places.acquire();
                    try {
                        return events(bearer, entry, from, to, zone);
                    } finally {
                        places.release();
                    }
                }))
                .toList();
        var read = new ArrayList<Read>();
        try {
            for (var calendar : running) {
                read.add(calendar.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Stopped stopped) {
                throw stopped;
            }
            throw new IllegalStateException("a calendar could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped(new GoogleCalendarAnswer.Unreachable(Cause.SLOW));
        } finally {
            running.forEach(calendar -> calendar.cancel(true));
        }
        var unreachable = read.stream()
                .filter(calendar -> calendar.failure() instanceof Reply.Unreachable)
                .toList();
        if (!unreachable.isEmpty()
                && unreachable.size() == read.size()
                && unreachable.getFirst().failure() instanceof Reply.Unreachable failure) {
            throw Stopped.by(failure);
        }
        return read.stream()
                .filter(calendar -> !(calendar.failure() instanceof Reply.Gone))
                .map(Read::calendar)
                .toList();
    }

    /** The window is a day wider on both sides: Google places all-day events by a zone of its own choosing. */
    private Read events(Bearer bearer, Entry entry, Instant from, Instant to, ZoneId zone) throws Stopped {
        var events = new ArrayList<Event>();
        var bad = new boolean[1];
        var failure = paged(
                bearer,
                (token, page) ->
                        calls.events(token, entry.id(), from.minus(A_DAY), to.plus(A_DAY), zone, page, bearer.left()),
                page -> {
                    var items = page.path("items");
                    if (!items.isArray()) {
                        bad[0] |= !"calendar#events".equals(EventReader.text(page, "kind")) || !items.isMissingNode();
                    }
                    var reader = new EventReader(entry.id(), zone(EventReader.text(page, "timeZone"), entry.zone()));
                    for (var item : items) {
                        if (EventReader.isNoEvent(item)) {
                            continue;
                        }
                        reader.read(item)
                                .ifPresentOrElse(
                                        event -> {
                                            if (event.when().overlaps(from, to, zone)) {
                                                events.add(event);
                                            }
                                        },
                                        () -> bad[0] = true);
                    }
                });
        return new Read(
                new Calendar(entry.id(), entry.name(), List.copyOf(events), bad[0] || failure != null), failure);
    }

    private interface Page {
        Reply get(Secret accessToken, @Nullable String page);
    }

    /** All pages, empty ones too; the failure that ended it early, if one did. */
    private static @Nullable Reply paged(Bearer bearer, Page pages, java.util.function.Consumer<JsonNode> each)
            throws Stopped {
        var seen = new HashSet<String>();
        String next = null;
        for (int page = 0; page < PAGES_AT_MOST; page++) {
            var token = next;
            switch (bearer.with(accessToken -> pages.get(accessToken, token))) {
                case Reply.Page(var json) -> {
                    each.accept(json);
                    next = EventReader.text(json, "nextPageToken");
                    if (next == null) {
                        return null;
                    }
                    if (!seen.add(next)) {
                        return new Reply.Refused();
                    }
                }
                case Reply failure -> {
                    return failure;
                }
            }
        }
        return new Reply.Refused();
    }

    private static ZoneId zone(@Nullable String name, ZoneId otherwise) {
        try {
            return name == null ? otherwise : ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return otherwise;
        }
    }

    /** One reading: its time, and its access token, which is renewed once when it is rejected, for all calls. */
    private static final class Bearer {

        private final Secret refreshToken;
        private final GoogleAccessTokens tokens;
        private final Semaphore places;
        private final boolean failedBefore;
        private final long end = System.nanoTime() + IN_ALL.toNanos();
        private Secret accessToken;
        private boolean renewed;

        Bearer(Secret refreshToken, GoogleAccessTokens tokens, Semaphore places, boolean failedBefore) throws Stopped {
            this.places = places;
            this.failedBefore = failedBefore;
            this.refreshToken = refreshToken;
            this.tokens = tokens;
            this.accessToken = allowed(tokens.of(refreshToken));
        }

        /** Whether the reading before this one came to nothing: then one call goes ahead of the others. */
        boolean failedBefore() {
            return failedBefore;
        }

        Duration left() {
            return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        }

        Reply with(Function<Secret, Reply> call) throws Stopped {
            var used = current();
            var reply = placed(call, used);
            if (reply instanceof Reply.Unauthorized) {
                reply = placed(call, renew(used));
            }
            if (reply instanceof Reply.Unauthorized) {
                tokens.dead(refreshToken);
                throw new Stopped(new GoogleCalendarAnswer.ReconnectNeeded(false));
            }
            if (reply instanceof Reply.PermissionMissing) {
                throw new Stopped(new GoogleCalendarAnswer.PermissionMissing());
            }
            return reply;
        }

        /** Waits for a place for half of the time at most, so that the call itself has some. */
        private Reply placed(Function<Secret, Reply> call, Secret accessToken) {
            try {
                if (!places.tryAcquire(left().toNanos() / 2, TimeUnit.NANOSECONDS)) {
                    return new Reply.Unreachable(Cause.NO_PLACE, null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Reply.Unreachable(Cause.NO_PLACE, null);
            }
            try {
                return call.apply(accessToken);
            } finally {
                places.release();
            }
        }

        private synchronized Secret current() {
            return accessToken;
        }

        private synchronized Secret renew(Secret rejected) throws Stopped {
            if (accessToken.equals(rejected) && !renewed) {
                renewed = true;
                tokens.rejected(refreshToken, rejected);
                accessToken = allowed(tokens.of(refreshToken));
            }
            return accessToken;
        }

        private static Secret allowed(GoogleAccess access) throws Stopped {
            return switch (access) {
                case GoogleAccess.Allowed(var token, var calendarPermission) -> {
                    if (!calendarPermission) {
                        throw new Stopped(new GoogleCalendarAnswer.PermissionMissing());
                    }
                    yield token;
                }
                case GoogleAccess.Dead(var reason) ->
                    throw new Stopped(
                            new GoogleCalendarAnswer.ReconnectNeeded(reason == GoogleAccess.Dead.Reason.ORGANISATION));
                case GoogleAccess.Unreachable(var cause) ->
                    throw new Stopped(new GoogleCalendarAnswer.Unreachable(cause));
            };
        }
    }
}
