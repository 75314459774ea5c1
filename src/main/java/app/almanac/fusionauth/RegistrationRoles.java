package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import app.almanac.upstream.Upstream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The roles of a registration for Almanac, and {@code registration.data.rolesByDomain}, where the reconcile lambda and
 * Almanac note which of them a rule gave. Written by merge-patch, which takes roles away as well and leaves the other
 * fields alone (a plain PATCH only adds); where that does not do it, by reading, changing and putting back the whole.
 * FusionAuth has no locking: of two changes at the same moment one can be lost, so whoever writes reads just before.
 */
@Component
public class RegistrationRoles {

    static final String BY_DOMAIN = "rolesByDomain";

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final JsonCaller fusionAuth;
    private final FusionAuthSettings settings;

    RegistrationRoles(JsonCaller fusionAuth, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.settings = settings;
    }

    /** Which roles a rule gave, as far as the registration says so. */
    public static Set<String> byDomain(User.Registration registration) {
        var noted = new HashSet<String>();
        if (registration.data().get(BY_DOMAIN) instanceof Collection<?> roles) {
            roles.forEach(role -> noted.add(String.valueOf(role)));
        }
        return noted;
    }

    /** Puts these roles in the place of those that somebody has; {@code byDomain} are those that a rule gave. */
    public RolesWritten write(PersonId person, Set<String> roles, Set<String> byDomain) {
        var patch = Map.of(
                "registration",
                Map.of("applicationId", settings.applicationId(), "roles", roles, "data", Map.of(BY_DOMAIN, byDomain)));
        var answer = within(() ->
                fusionAuth.call("to change roles", HttpMethod.PATCH, address(person), JsonCaller.MERGE_PATCH, patch));
        if (answer.succeeded() && hasExactly(answer.value(), roles)) {
            return new RolesWritten.Written();
        }
        if (answer.is(404)) {
            return new RolesWritten.NotRegistered();
        }
        if (names(answer.value(), "registration.roles")) {
            return new RolesWritten.UnknownRole();
        }
        return answer.succeeded() || answer.is(400) || answer.is(405) || answer.is(415) || answer.is(500)
                ? putBack(person, roles, byDomain)
                : new RolesWritten.Unavailable();
    }

    /** Reads the whole registration, changes it and puts it back. */
    RolesWritten putBack(PersonId person, Set<String> roles, Set<String> byDomain) {
        var read = within(() -> fusionAuth.get("for a registration", address(person) + "/" + settings.applicationId()));
        if (!read.succeeded()
                || read.value() == null
                || !(read.value().path("registration") instanceof ObjectNode registration)) {
            return new RolesWritten.Unavailable();
        }
        var list = registration.putArray("roles");
        roles.forEach(list::add);
        var noted = registration.withObject("/data").putArray(BY_DOMAIN);
        byDomain.forEach(noted::add);
        var answer = within(() -> fusionAuth.call(
                "to change roles",
                HttpMethod.PUT,
                address(person),
                MediaType.APPLICATION_JSON,
                Map.of("registration", registration)));
        if (answer.succeeded() && hasExactly(answer.value(), roles)) {
            return new RolesWritten.Written();
        }
        return names(answer.value(), "registration.roles")
                ? new RolesWritten.UnknownRole()
                : new RolesWritten.Unavailable();
    }

    private static String address(PersonId person) {
        return "/api/user/registration/" + person;
    }

    private static boolean hasExactly(@Nullable JsonNode answer, Set<String> roles) {
        if (answer == null) {
            return false;
        }
        var has = new HashSet<String>();
        answer.path("registration").path("roles").forEach(role -> has.add(role.asString("")));
        return has.equals(roles);
    }

    /** Whether an error is about this field or an element of it. */
    private static boolean names(@Nullable JsonNode answer, String field) {
        return answer != null
                && answer.path("fieldErrors").propertyNames().stream().anyMatch(name -> name.startsWith(field));
    }

    private static Answer<JsonNode> within(Callable<Answer<JsonNode>> call) {
        try {
            return Upstream.within(DEADLINE, call);
        } catch (TimeoutException | ExecutionException e) {
            return new Answer<>(FusionAuthCaller.NO_ANSWER, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer<>(FusionAuthCaller.NO_ANSWER, null);
        }
    }
}
