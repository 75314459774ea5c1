package app.almanac.google;

import app.almanac.google.CalendarCalls.Reply;
import app.almanac.google.GoogleCalendarAnswer.Cause;
import app.almanac.upstream.Secret;
import app.almanac.upstream.Upstream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * One account's calendars and events. Calendars are read in parallel, six at once at most; one that fails is noted and
 * never hides the others. A rejected access token is renewed once in all, and each call repeated once.
 */
@Component
public class GoogleCalendars {

    private static final int AT_ONCE = 6;
    private static final int PAGES_AT_MOST = 40;
    private static final Duration A_DAY = Duration.ofDays(1);

    private final CalendarCalls calls;
    private final GoogleAccessTokens tokens;
    private final ExecutorService threads = Upstream.threads();

    GoogleCalendars(CalendarCalls calls, GoogleAccessTokens tokens) {
        this.calls = calls;
        this.tokens = tokens;
    }

    private record Entry(String id, String name, ZoneId zone) {}

    /** A calendar that was read, or why not. */
    private record Read(Calendar calendar, @Nullable Reply failure) {}

    /** Stops reading an account for a reason that concerns all of it. */
    private static final class Stopped extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient GoogleCalendarAnswer answer;

        Stopped(GoogleCalendarAnswer answer) {
            this.answer = answer;
        }
    }

    /** The calendars without their events: shows what state the account is in. */
    public GoogleCalendarAnswer list(Secret refreshToken) {
        return reading(
                refreshToken,
                (bearer, entries) -> entries.stream()
                        .map(entry -> new Calendar(entry.id(), entry.name(), List.of(), false))
                        .toList());
    }

    /** The calendars that the person shows at Google, with the events that overlap {@code [from, to)}. */
    public GoogleCalendarAnswer load(Secret refreshToken, Instant from, Instant to, ZoneId zone) {
        return reading(refreshToken, (bearer, entries) -> events(bearer, entries, from, to, zone));
    }

    private interface Reading {
        List<Calendar> read(Bearer bearer, List<Entry> entries) throws Stopped;
    }

    private GoogleCalendarAnswer reading(Secret refreshToken, Reading reading) {
        try {
            var bearer = new Bearer(refreshToken, tokens);
            var entries = new ArrayList<Entry>();
            var complete = listed(bearer, entries);
            return new GoogleCalendarAnswer.Loaded(reading.read(bearer, entries), !complete);
        } catch (Stopped stopped) {
            return stopped.answer;
        }
    }

    /** Whether the list was read to its end; a later page that fails leaves what came before. */
    private boolean listed(Bearer bearer, List<Entry> entries) throws Stopped {
        var shown = new ArrayList<JsonNode>();
        var failure = paged(
                bearer,
                (token, page) -> calls.calendars(token, page),
                page -> page.path("items").forEach(shown::add));
        if (failure != null && shown.isEmpty()) {
            throw new Stopped(
                    failure instanceof Reply.Unreachable(var cause)
                            ? new GoogleCalendarAnswer.Unreachable(cause)
                            : new GoogleCalendarAnswer.Unreachable(Cause.DOWN));
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
                && unreachable.getFirst().failure() instanceof Reply.Unreachable(var cause)) {
            throw new Stopped(new GoogleCalendarAnswer.Unreachable(cause));
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
                (token, page) -> calls.events(token, entry.id(), from.minus(A_DAY), to.plus(A_DAY), zone, page),
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

    /** The access token of one reading: renewed once when it is rejected, for all of its calls. */
    private static final class Bearer {

        private final Secret refreshToken;
        private final GoogleAccessTokens tokens;
        private Secret accessToken;
        private boolean renewed;

        Bearer(Secret refreshToken, GoogleAccessTokens tokens) throws Stopped {
            this.refreshToken = refreshToken;
            this.tokens = tokens;
            this.accessToken = allowed(tokens.of(refreshToken));
        }

        Reply with(Function<Secret, Reply> call) throws Stopped {
            var used = current();
            var reply = call.apply(used);
            if (reply instanceof Reply.Unauthorized) {
                reply = call.apply(renew(used));
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
                case GoogleAccess.Unreachable(var operatorsFault) ->
                    throw new Stopped(
                            new GoogleCalendarAnswer.Unreachable(operatorsFault ? Cause.OPERATOR : Cause.DOWN));
            };
        }
    }
}
