package app.almanac.sessions;

import app.almanac.sessions.BusinessSessions.Beginning;
import app.almanac.sessions.BusinessSessions.Listed;
import app.almanac.sessions.SessionRecords.Answer;
import app.almanac.sessions.SessionRequest.BadField;
import app.almanac.web.MachineRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /api/sessions}: the session service for business applications, which all share one bearer token. */
@RestController
@RequestMapping("/api/sessions")
class SessionsApi {

    private static final int BODY = 32 * 1024;

    private final SessionServiceSettings settings;
    private final BusinessSessions sessions;
    private final JsonMapper json;

    SessionsApi(SessionServiceSettings settings, BusinessSessions sessions, JsonMapper json) {
        this.settings = settings;
        this.sessions = sessions;
        this.json = json;
    }

    @PutMapping("/{identifier}")
    ResponseEntity<?> begin(@PathVariable String identifier, HttpServletRequest request) throws IOException {
        MachineRequest.requireBearer(request, settings.bearer());
        var wanted = SessionRequest.from(body(request));
        return switch (sessions.begin(SessionRequest.identifier(identifier), wanted)) {
            case Beginning.Begun(var session, var isNew) ->
                ResponseEntity.status(isNew ? HttpStatus.CREATED : HttpStatus.OK)
                        .body(json(session, true));
            case Beginning.Refused(var field, var why) -> throw new BadField(field, why);
            case Beginning.Unavailable ignored -> unavailable();
        };
    }

    @GetMapping("/{identifier}")
    ResponseEntity<?> find(@PathVariable String identifier, HttpServletRequest request) {
        MachineRequest.requireBearer(request, settings.bearer());
        return switch (sessions.find(SessionRequest.identifier(identifier))) {
            case Answer.Given<Optional<BusinessSession>>(var session) ->
                session.<ResponseEntity<?>>map(found -> ResponseEntity.ok(json(found, true)))
                        .orElseGet(() -> problem(HttpStatus.NOT_FOUND, "There is no valid session."));
            case Answer.Unavailable<Optional<BusinessSession>> ignored -> unavailable();
        };
    }

    @DeleteMapping("/{identifier}")
    ResponseEntity<?> end(@PathVariable String identifier, HttpServletRequest request) {
        MachineRequest.requireBearer(request, settings.bearer());
        return sessions.end(SessionRequest.identifier(identifier))
                ? ResponseEntity.noContent().build()
                : unavailable();
    }

    @GetMapping
    ResponseEntity<?> list(
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String indicator,
            HttpServletRequest request) {
        MachineRequest.requireBearer(request, settings.bearer());
        var filter = new SessionFilter(
                userId == null ? null : SessionRequest.person(userId),
                indicator == null ? null : SessionRequest.indicator(indicator));
        if (filter.isEmpty()) {
            return problem(HttpStatus.BAD_REQUEST, "userId or indicator is needed.");
        }
        return switch (sessions.list(filter)) {
            case Answer.Given<Listed>(var listed) -> ResponseEntity.ok(json(listed));
            case Answer.Unavailable<Listed> ignored -> unavailable();
        };
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> badField(BadField e) {
        return problem(HttpStatus.BAD_REQUEST, e.field() + " " + e.why() + ".");
    }

    private JsonNode body(HttpServletRequest request) throws IOException {
        try {
            return json.readTree(MachineRequest.body(request, BODY));
        } catch (JacksonException e) {
            throw new BadField("body", "is no JSON object");
        }
    }

    private static Map<String, Object> json(Listed listed) {
        var json = new LinkedHashMap<String, Object>();
        json.put(
                "sessions",
                listed.sessions().stream().map(session -> json(session, false)).toList());
        if (listed.more()) {
            json.put("more", true);
        }
        return json;
    }

    private static Map<String, @Nullable Object> json(BusinessSession session, boolean withToken) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("identifier", session.identifier());
        json.put("userId", session.person().toString());
        json.put("indicator", session.indicator());
        if (withToken) {
            json.put("accessToken", session.accessToken().reveal());
        }
        json.put("createdAt", session.createdAt().toString());
        json.put("expiresAt", session.expiresAt().toString());
        json.put("metadata", session.metadata());
        return json;
    }

    private static ResponseEntity<ProblemDetail> unavailable() {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "5")
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "This cannot be answered now, and nothing is said about the session. Try again."));
    }

    private static ResponseEntity<ProblemDetail> problem(HttpStatus status, String detail) {
        return ResponseEntity.status(status).body(ProblemDetail.forStatusAndDetail(status, detail));
    }
}
