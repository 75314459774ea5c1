package app.almanac.fusionauth;

import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;

/**
 * Writes single keys of {@code user.data} by merge-patch (RFC 7396), which replaces lists where a plain PATCH appends.
 * FusionAuth loses updates that come at once (its issue 3206): whoever writes sees to it that one comes after another,
 * and reads again later.
 */
@Component
public class UserData {

    private final JsonCaller fusionAuth;

    UserData(JsonCaller fusionAuth) {
        this.fusionAuth = fusionAuth;
    }

    public enum Written {
        WRITTEN,
        ABSENT,
        UNAVAILABLE
    }

    public Written put(PersonId person, String key, Object value) {
        var answer = fusionAuth.call(
                "to write into a user",
                HttpMethod.PATCH,
                "/api/user/" + person,
                JsonCaller.MERGE_PATCH,
                Map.of("user", Map.of("data", Map.of(key, value))));
        if (answer.is(404)) {
            return Written.ABSENT;
        }
        return answer.succeeded() ? Written.WRITTEN : Written.UNAVAILABLE;
    }
}
