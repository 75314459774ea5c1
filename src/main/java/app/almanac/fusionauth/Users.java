package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import io.fusionauth.domain.UserRegistration;
import io.fusionauth.domain.api.UserResponse;
import io.fusionauth.domain.api.user.SearchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** FusionAuth's users, read by id: consistent, unlike its search. */
@Component
public class Users {

    private static final Logger log = LoggerFactory.getLogger(Users.class);

    private static final Duration READ = Duration.ofMillis(800);

    private final FusionAuthCaller fusionAuth;
    private final FusionAuthSettings settings;

    Users(FusionAuthCaller fusionAuth, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.settings = settings;
    }

    public UserAnswer byId(PersonId person) {
        return read(
                fusionAuth.call("for a user", READ, client -> client.retrieveUser(person.value())),
                user -> person.value().equals(user.id));
    }

    /** The user who signs in with this address. */
    public UserAnswer byAddress(String email) {
        return read(
                fusionAuth.call("for a user", READ, client -> client.retrieveUserByEmail(email)),
                user -> email.equalsIgnoreCase(user.email));
    }

    private UserAnswer read(Answer<UserResponse> answer, Predicate<io.fusionauth.domain.User> isAskedFor) {
        if (answer.is(404)) {
            return new UserAnswer.Absent();
        }
        if (!answer.succeeded() || answer.value() == null || answer.value().user == null) {
            return new UserAnswer.Unavailable();
        }
        var user = answer.value().user;
        if (user.id == null
                || !isAskedFor.test(user)
                || (user.tenantId != null && !user.tenantId.equals(settings.tenantId()))) {
            log.error("Dropped a user that FusionAuth answered for another id or tenant");
            return new UserAnswer.Unavailable();
        }
        return new UserAnswer.Known(known(user));
    }

    /** The users of our tenant that a search found, in its order. */
    List<User> known(SearchResponse found) {
        return Objects.requireNonNullElse(found.users, List.<io.fusionauth.domain.User>of()).stream()
                .filter(user -> user.id != null && (user.tenantId == null || user.tenantId.equals(settings.tenantId())))
                .map(this::known)
                .toList();
    }

    private User known(io.fusionauth.domain.User user) {
        var registration = user.getRegistrations().stream()
                .filter(candidate -> settings.applicationId().equals(candidate.applicationId))
                .findFirst()
                .map(Users::known)
                .orElse(null);
        return new User(
                new PersonId(Objects.requireNonNull(user.id)),
                user.email,
                user.verified,
                user.fullName,
                user.active,
                user.data == null ? Map.of() : user.data,
                registration);
    }

    private static User.Registration known(UserRegistration registration) {
        return new User.Registration(
                registration.roles == null ? Set.of() : Set.copyOf(registration.roles),
                registration.data == null ? Map.of() : registration.data,
                registration.insertInstant == null ? null : registration.insertInstant.toInstant());
    }
}
