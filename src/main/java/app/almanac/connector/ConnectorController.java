package app.almanac.connector;

import app.almanac.connector.LegacySignIn.Attempt;
import app.almanac.connector.LegacySignIn.Outcome;
import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.upstream.Secret;
import app.almanac.web.MachineRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /fusionauth/connector}: FusionAuth's login request, answered with a user of ours or 404. The request is read
 * and the answer written here as bytes, since whatever Spring binds or converts it prints when it logs everything.
 */
@RestController
class ConnectorController {

    /** Set by the kickstart: {@code false} where every sign-in is asked here, and not only the first. */
    static final String MIGRATES = "X-Connector-Migrate";

    private static final int MOST_BYTES = 16 * 1024;

    private final ConnectorSettings settings;
    private final LegacyStore store;
    private final LegacySignIn signIn;
    private final String application;
    private final JsonMapper json;

    ConnectorController(
            ConnectorSettings settings,
            LegacyStore store,
            LegacySignIn signIn,
            FusionAuthSettings fusionAuth,
            JsonMapper json) {
        this.settings = settings;
        this.store = store;
        this.signIn = signIn;
        this.application = fusionAuth.applicationId().toString();
        this.json = json;
    }

    /** A response, or a future of one: Spring makes one more request of each future, so there is none without need. */
    @SuppressWarnings("FutureReturnValueIgnored")
    @PostMapping("/fusionauth/connector")
    Object signIn(HttpServletRequest request) throws IOException {
        MachineRequest.requireBasic(request, settings.username(), settings.secret());
        if (!store.isSet()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        var login = read(MachineRequest.body(request, MOST_BYTES));
        if (isForAnother(login)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        var attempt = new Attempt(
                text(login, "loginId"),
                new Secret(text(login, "password")),
                login.path("eventInfo").path("ipAddress").asString(""));
        var migrates = !"false".equalsIgnoreCase(request.getHeader(MIGRATES));
        var decided = signIn.of(attempt).thenApply(outcome -> response(outcome, migrates));
        return decided.isDone() ? decided.join() : decided;
    }

    private ResponseEntity<byte[]> response(Outcome outcome, boolean migrates) {
        return switch (outcome) {
            case Outcome.Accepted(var user, var weak) ->
                ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(json.writeValueAsBytes(Map.of("user", answer(user, weak && migrates))));
            // not thrown: that would make an error page of each, which was a third of what a guess cost pages
            case Outcome.Refused ignored -> problem(HttpStatus.NOT_FOUND);
            case Outcome.Unavailable ignored -> problem(HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    private ResponseEntity<byte[]> problem(HttpStatus status) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(json.writeValueAsBytes(
                        new TreeMap<>(Map.of("status", status.value(), "title", status.getReasonPhrase()))));
    }

    /** The connector stands in a tenant that is shared: another application's sign-in is not ours to answer or to delay. */
    private boolean isForAnother(JsonNode login) {
        var named = login.path("applicationId").asString("");
        return !named.isEmpty() && !named.equalsIgnoreCase(application);
    }

    /** Whatever else stands in the row: never a role, a group, another registration, or an address taken as proved. */
    private Map<String, Object> answer(LegacyUser user, boolean changePassword) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("id", user.id().toString());
        put(answer, "email", user.email());
        put(answer, "username", user.username());
        put(answer, "phoneNumber", user.phone());
        put(answer, "firstName", user.firstName());
        put(answer, "lastName", user.lastName());
        if (changePassword) {
            answer.put("passwordChangeRequired", true);
        }
        answer.put("registrations", List.of(Map.of("applicationId", application)));
        return answer;
    }

    private static void put(Map<String, Object> answer, String name, @Nullable String value) {
        if (value != null) {
            answer.put(name, value);
        }
    }

    /** The parser's own words could quote the body, so they go no further. */
    private JsonNode read(byte[] body) {
        try {
            return json.readTree(body);
        } catch (JacksonException notJson) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static String text(JsonNode login, String name) {
        var value = login.path(name);
        if (!value.isString()) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
        return value.asString();
    }
}
