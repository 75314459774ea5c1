package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import io.fusionauth.domain.api.user.SearchRequest;
import io.fusionauth.domain.api.user.SearchResponse;
import io.fusionauth.domain.search.UserSearchCriteria;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * FusionAuth's user search: late by a second or more, looser than equality, and without {@code user.data} on the
 * database engine. What it finds is to be compared again.
 */
@Component
public class UserSearch {

    /** What the search says. */
    public sealed interface Found {

        record Some(List<User> users) implements Found {}

        record Unavailable() implements Found {}
    }

    private static final Duration READ = Duration.ofMillis(1500);

    private final FusionAuthCaller fusionAuth;
    private final Users users;

    UserSearch(FusionAuthCaller fusionAuth, Users users) {
        this.fusionAuth = fusionAuth;
        this.users = users;
    }

    /**
     * Users of our tenant with this word somewhere under {@code user.data.inviteCodes[].invcode}.
     *
     * @throws IllegalArgumentException when it is more than letters and digits: it could change the query
     */
    public Found holding(String code) {
        if (!code.matches("[a-z0-9]+")) {
            throw new IllegalArgumentException("no code");
        }
        return find("data.inviteCodes.invcode:\"" + code + "\"", 25);
    }

    /** Users of our tenant, made since then, with a {@code user.data.inviteCode}. */
    public Found invitedSince(Instant since, int most) {
        return find("data.inviteCode:* AND insertInstant:[" + since.toEpochMilli() + " TO *]", most);
    }

    private Found find(String query, int most) {
        var criteria = new UserSearchCriteria();
        criteria.ids = null; // an empty list, the client's default, would ask for nobody
        criteria.queryString = query;
        criteria.numberOfResults = most;
        var request = new SearchRequest(criteria);
        request.expand = List.of("registrations");
        Answer<SearchResponse> answer =
                fusionAuth.call("for who holds a code", READ, client -> client.searchUsersByQuery(request));
        if (!answer.succeeded() || answer.value() == null) {
            return new Found.Unavailable();
        }
        return new Found.Some(users.known(answer.value()));
    }
}
