package app.almanac.sessions;

import app.almanac.fusionauth.AccessTokenAnswer;
import app.almanac.fusionauth.AccessTokens;
import app.almanac.sessions.SessionRecords.Answer;
import app.almanac.upstream.Secret;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The session service: begins, finds and ends sessions of other applications' people, and never serves one that has
 * ended. Both editions' records stand behind it.
 */
@Component
class BusinessSessions {

    /** What came of beginning a session. */
    sealed interface Beginning {

        /** {@code isNew} unless a valid session of the same person goes on. */
        record Begun(BusinessSession session, boolean isNew) implements Beginning {}

        /** {@code field} of the request is at fault; {@code why} never repeats its value. */
        record Refused(String field, String why) implements Beginning {}

        record Unavailable() implements Beginning {}
    }

    /** Sessions of a list, opened; {@code more} when there are more of them. */
    record Listed(List<BusinessSession> sessions, boolean more) {}

    /** What is sealed. */
    private record Content(
            String identifier, String accessToken, @Nullable JsonNode metadata) {}

    private static final Logger log = LoggerFactory.getLogger(BusinessSessions.class);

    private static final int LISTED = 1000;

    private final List<SessionKey> keys;
    private final SessionRecords records;
    private final AccessTokens accessTokens;
    private final JsonMapper json;
    private final Clock clock;

    BusinessSessions(
            SessionServiceSettings settings,
            SessionRecords records,
            AccessTokens accessTokens,
            JsonMapper json,
            Clock clock) {
        this.keys = settings.keys();
        this.records = records;
        this.accessTokens = accessTokens;
        this.json = json;
        this.clock = clock;
    }

    Beginning begin(String identifier, SessionRequest request) {
        return switch (accessTokens.check(request.accessToken())) {
            case AccessTokenAnswer.Bad ignored ->
                new Beginning.Refused("accessToken", "is no valid access token of this FusionAuth tenant");
            case AccessTokenAnswer.Unavailable ignored -> new Beginning.Unavailable();
            case AccessTokenAnswer.Good(var person, var ignored)
            when !person.equals(request.person()) ->
                new Beginning.Refused("accessToken", "is another person’s than userId");
            case AccessTokenAnswer.Good(var ignored, var tokenEnd) -> begin(identifier, request, tokenEnd);
        };
    }

    private Beginning begin(String identifier, SessionRequest request, Instant tokenEnd) {
        var now = now();
        var end = request.end(now, tokenEnd).truncatedTo(ChronoUnit.MILLIS);
        if (!end.isAfter(now)) {
            return new Beginning.Refused("expiresAt", "is not in the future");
        }
        var session = new BusinessSession(
                identifier, request.person(), request.indicator(), request.accessToken(), now, end, request.metadata());
        var ids = ids(identifier);
        var record = sealed(session);
        var older = ids.subList(1, ids.size());
        var isNew = true;
        for (var id : older) {
            if (!(records.find(id) instanceof Answer.Given<Optional<SessionRecord>>(var before))) {
                return new Beginning.Unavailable();
            }
            if (before.isPresent() && record.continues(before.get(), now)) {
                record = record.since(before.get().createdAt());
                isNew = false;
            }
        }
        if (!(records.write(record, now) instanceof Answer.Given<SessionRecords.Written>(var written))) {
            return new Beginning.Unavailable();
        }
        if (!older.stream().allMatch(this::isGone)) {
            return new Beginning.Unavailable();
        }
        return new Beginning.Begun(session.since(written.createdAt()), isNew && written.isNew());
    }

    /** The valid session; nothing when there is none, or none any more. */
    Answer<Optional<BusinessSession>> find(String identifier) {
        for (var id : ids(identifier)) {
            if (!(records.find(id) instanceof Answer.Given<Optional<SessionRecord>>(var record))) {
                return new Answer.Unavailable<>();
            }
            if (record.isPresent() && record.get().isValid(now())) {
                var session = opened(record.get());
                tellOfSealed(session.isPresent() ? 0 : 1);
                return session.isPresent() ? new Answer.Given<>(session) : new Answer.Unavailable<>();
            }
        }
        return new Answer.Given<>(Optional.empty());
    }

    /** Whether it is over now; also when there was none. */
    boolean end(String identifier) {
        return ids(identifier).stream().map(this::isGone).reduce(true, Boolean::logicalAnd);
    }

    private boolean isGone(SessionId id) {
        return records.delete(id.value()) instanceof Answer.Given;
    }

    /** Valid sessions, the newest first; those whose key was taken away are left out. */
    Answer<Listed> list(SessionFilter filter) {
        if (!(records.list(filter, LISTED, now()) instanceof Answer.Given<SessionRecords.Page>(var page))) {
            return new Answer.Unavailable<>();
        }
        var opened = page.records().stream()
                .map(this::opened)
                .flatMap(Optional::stream)
                .toList();
        tellOfSealed(page.records().size() - opened.size());
        return new Answer.Given<>(
                new Listed(opened, page.total() > page.records().size()));
    }

    private static void tellOfSealed(int sessions) {
        if (sessions > 0) {
            log.error("{} sessions could not be opened: changed, or sealed by a key that is not set", sessions);
        }
    }

    /** Removes sessions that have ended. Nobody waits for it: what has ended is not served before either. */
    @Scheduled(initialDelay = 60, fixedDelay = 60, timeUnit = TimeUnit.SECONDS)
    void sweep() {
        if (keys.isEmpty()) {
            return;
        }
        try {
            switch (records.sweep(now())) {
                case Answer.Given<Integer>(var swept)
                when swept > 0 -> log.info("Removed {} sessions that had ended", swept);
                case Answer.Given<Integer> ignored -> {}
                case Answer.Unavailable<Integer> ignored ->
                    log.warn("Ended sessions were not removed: FusionAuth does not answer");
            }
        } catch (DataAccessException | TransactionException e) {
            log.warn("Ended sessions were not removed: {}", e.getClass().getSimpleName());
        }
    }

    /** Where a session may be: under the key of now, and under each that was one before. */
    private List<SessionId> ids(String identifier) {
        return keys.stream().map(key -> SessionId.of(identifier, key)).toList();
    }

    /** The record of a session, sealed by the key of now. */
    SessionRecord sealed(BusinessSession session) {
        var key = keys.getFirst();
        var id = SessionId.of(session.identifier(), key);
        var content = json.writeValueAsBytes(
                new Content(session.identifier(), session.accessToken().reveal(), session.metadata()));
        var context = SessionRecord.context(id, session.person(), session.indicator(), session.expiresAt());
        return new SessionRecord(
                id,
                session.person(),
                session.indicator(),
                session.createdAt(),
                session.expiresAt(),
                key.id(),
                key.seal(content, context));
    }

    /** Nothing when it was changed, or its key was taken away. */
    private Optional<BusinessSession> opened(SessionRecord record) {
        var content = keys.stream()
                .filter(key -> key.id().equals(record.keyId()))
                .findFirst()
                .flatMap(key -> key.open(record.box(), record.context()))
                .flatMap(this::content);
        return content.map(open -> new BusinessSession(
                open.identifier(),
                record.person(),
                record.indicator(),
                new Secret(open.accessToken()),
                record.createdAt(),
                record.expiresAt(),
                open.metadata()));
    }

    private Optional<Content> content(byte[] opened) {
        try {
            return Optional.of(json.readValue(opened, Content.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
