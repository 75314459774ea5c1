package app.almanac.fusionauth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * FusionAuth's Registration API. The user's id is ours to choose: FusionAuth makes no second user of the same id.
 * Nobody is made {@code verified}, and roles are the application's default ones.
 */
@Component
public class UserRegistrations {

    private final JsonCaller fusionAuth;
    private final FusionAuthSettings settings;

    UserRegistrations(JsonCaller fusionAuth, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.settings = settings;
    }

    /** Makes a user with this id, registered for Almanac. */
    public RegistrationAnswer create(PersonId id, NewUser newcomer) {
        return post(
                id,
                Map.of(
                        "email", newcomer.email(),
                        "password", newcomer.password().reveal(),
                        "fullName", newcomer.fullName(),
                        "data",
                                newcomer.inviteCode().isEmpty()
                                        ? Map.of()
                                        : Map.of("inviteCode", newcomer.inviteCode())));
    }

    /** Registers a user who exists. */
    public RegistrationAnswer add(PersonId existing) {
        return post(existing, null);
    }

    private RegistrationAnswer post(PersonId id, @Nullable Map<String, Object> user) {
        var body = new LinkedHashMap<String, Object>();
        if (user != null) {
            body.put("user", user);
        }
        body.put("registration", Map.of("applicationId", settings.applicationId()));
        var answer = fusionAuth.call(
                "for a registration",
                HttpMethod.POST,
                "/api/user/registration/" + id,
                MediaType.APPLICATION_JSON,
                body);
        if (answer.succeeded()) {
            return new RegistrationAnswer.Registered();
        }
        if (answer.is(401) || answer.is(403)) {
            return new RegistrationAnswer.Unavailable();
        }
        var codes = codes(answer.value());
        if (codes.contains("[WebhookTransactionException]")) {
            return new RegistrationAnswer.TakenBack();
        }
        return answer.is(400) && !codes.isEmpty()
                ? new RegistrationAnswer.Refused(codes)
                : new RegistrationAnswer.Unclear();
    }

    private static List<String> codes(@Nullable JsonNode errors) {
        var codes = new ArrayList<String>();
        if (errors != null) {
            errors.path("fieldErrors").forEach(field -> field.forEach(error -> codes.add(code(error))));
            errors.path("generalErrors").forEach(error -> codes.add(code(error)));
        }
        return codes;
    }

    private static String code(JsonNode error) {
        return error.path("code").asString("");
    }
}
