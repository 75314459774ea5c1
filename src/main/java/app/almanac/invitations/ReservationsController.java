package app.almanac.invitations;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.invitations.InvitationSettings.Mode;
import app.almanac.invitations.Reservations.Answer;
import app.almanac.upstream.Upstream;
import app.almanac.web.MachineRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /fusionauth/invitations/reservations}: the registration lambda asks whether a code lets an address in. One
 * refusal for every reason; the theme's own text goes before the message here.
 */
@RestController
class ReservationsController {

    private static final Logger log = LoggerFactory.getLogger(ReservationsController.class);
    private static final Duration WITHIN = Duration.ofMillis(450);
    private static final int LARGEST = 16 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Map<String, Object> VALID = Map.of("valid", true);
    private static final Map<String, Object> REFUSED = refusal();

    /** A flood of wrong codes leaves connections for right ones; those beyond are not counted. */
    private final Semaphore counting = new Semaphore(2);

    private final Reservations reservations;
    private final WrongCodes wrongCodes;
    private final InvitationSettings settings;
    private final FusionAuthSettings fusionAuth;
    private final ExecutorService threads = Upstream.threads();

    ReservationsController(
            Reservations reservations,
            WrongCodes wrongCodes,
            InvitationSettings settings,
            FusionAuthSettings fusionAuth) {
        this.reservations = reservations;
        this.wrongCodes = wrongCodes;
        this.settings = settings;
        this.fusionAuth = fusionAuth;
    }

    @PostMapping("/fusionauth/invitations/reservations")
    Map<String, Object> reserve(HttpServletRequest request) throws IOException {
        MachineRequest.requireBearer(request, settings.lambdaSecret());
        var asked = read(MachineRequest.body(request, LARGEST));
        var code = required(asked, "code");
        var email = Reservations.plain(required(asked, "email"));
        var ours = fusionAuth.applicationId().equals(id(required(asked, "applicationId")));
        var inviterEmail = optional(asked, "inviterEmail");
        return ours && isGood(code, email, inviterEmail) ? VALID : REFUSED;
    }

    private boolean isGood(String typed, String email, @Nullable String inviterEmail) {
        if (settings.invitationsMode() == Mode.OFF) {
            return true;
        }
        if (settings.invitationsMode() == Mode.KNOWN) {
            return settings.knows(typed);
        }
        return switch (answer(typed, email, inviterEmail)) {
            case Answer.Held ignored -> true;
            case Answer.Refused ignored -> false;
            case Answer.Unknown ignored -> {
                if (counting.tryAcquire()) {
                    threads.execute(() -> count(email));
                }
                yield false;
            }
            case Answer.Unavailable ignored -> throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
        };
    }

    private Answer answer(String typed, String email, @Nullable String inviterEmail) {
        var code = InviteCode.typed(typed);
        return code.isEmpty() ? new Answer.Unknown() : hold(code.get(), email, inviterEmail);
    }

    private Answer hold(InviteCode code, String email, @Nullable String inviterEmail) {
        try {
            return reservations.hold(code, email, inviterEmail, null, WITHIN);
        } catch (DataAccessException | TransactionException noDatabase) {
            return new Answer.Unavailable();
        }
    }

    /** After the answer, which does not depend on it. */
    private void count(String email) {
        try {
            wrongCodes.oneTooMany(null, email);
        } catch (DataAccessException | TransactionException noDatabase) {
            log.warn("A wrong code could not be counted");
        } finally {
            counting.release();
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            var asked = JSON.readTree(body);
            if (asked.isObject()) {
                return asked;
            }
        } catch (JacksonException notJson) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, null, notJson);
        }
        throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
    }

    private static String required(JsonNode asked, String name) {
        var value = asked.path(name);
        if (!value.isString() || value.asString().isBlank() || value.asString().length() > 1000) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
        return value.asString();
    }

    private static @Nullable String optional(JsonNode asked, String name) {
        var value = asked.path(name);
        if (value.isMissingNode()
                || value.isNull()
                || (value.isString() && value.asString().isBlank())) {
            return null;
        }
        return Reservations.plain(required(asked, name));
    }

    private static @Nullable UUID id(String value) {
        try {
            return UUID.fromString(value);
        } catch (IllegalArgumentException notAnId) {
            return null;
        }
    }

    private static Map<String, Object> refusal() {
        var refusal = new LinkedHashMap<String, Object>();
        refusal.put("valid", false);
        refusal.put("code", "[invalid]user.data.inviteCode");
        refusal.put("message", "This invitation code cannot be used.");
        return java.util.Collections.unmodifiableMap(refusal);
    }
}
