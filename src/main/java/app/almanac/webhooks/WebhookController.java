package app.almanac.webhooks;

import app.almanac.web.MachineRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** {@code POST /fusionauth/events}: answered when the effect is committed, and not before. */
@RestController
class WebhookController {

    static final String TOKEN = "X-Hook-Token";
    static final String SIGNATURE = "X-FusionAuth-Signature-JWT";

    /** Far above any event of ours; what is others' gets through however much data its user carries. */
    private static final int LARGEST = 256 * 1024;

    private static final Logger log = LoggerFactory.getLogger(WebhookController.class);

    private final HookSettings settings;
    private final EventSignature signature;
    private final EventDoor door;

    WebhookController(HookSettings settings, EventSignature signature, EventDoor door) {
        this.settings = settings;
        this.signature = signature;
        this.door = door;
    }

    @PostMapping("/fusionauth/events")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void take(HttpServletRequest request) throws IOException {
        MachineRequest.requireHeader(request, TOKEN, settings.secret());
        var rest = request.getInputStream();
        var body = rest.readNBytes(LARGEST + 1);
        if (door.isOthers(new SequenceInputStream(new ByteArrayInputStream(body), rest))) {
            return; // before the signature, whose keys may have to be waited for
        }
        var problem = problem(request, body);
        if (problem != null) {
            throw new ResponseStatusException(problem);
        }
        switch (door.take(body)) {
            case TAKEN, NOTHING_TO_DO -> {}
            case REFUSED -> throw new ResponseStatusException(HttpStatus.CONFLICT);
            case NOT_FRESH -> throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
            case MALFORMED -> throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
    }

    /** Why this cannot be taken for an event of FusionAuth's; null when nothing speaks against it. */
    private @Nullable HttpStatus problem(HttpServletRequest request, byte[] body) {
        if (body.length > LARGEST) {
            return HttpStatus.CONTENT_TOO_LARGE;
        }
        return switch (signature.check(MachineRequest.only(request, SIGNATURE), body)) {
            case GOOD -> null;
            case BAD -> {
                log.warn("An event with the right token was not signed by FusionAuth");
                yield HttpStatus.UNAUTHORIZED;
            }
            case UNKNOWN -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }
}
