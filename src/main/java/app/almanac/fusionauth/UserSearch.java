package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import io.fusionauth.domain.api.user.SearchRequest;
import io.fusionauth.domain.api.user.SearchResponse;
import io.fusionauth.domain.search.Sort;
import io.fusionauth.domain.search.SortField;
import io.fusionauth.domain.search.UserSearchCriteria;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private static final int PAGE = 100;
    /** The engine pages no further. */
    private static final int REACH = 10_000;

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
        var answer = find(criteria("data.inviteCodes.invcode:\"" + code + "\"", 25));
        return answer.succeeded() && answer.value() != null
                ? new Found.Some(users.known(answer.value()))
                : new Found.Unavailable();
    }

    /** Users of our tenant, made since then, with a {@code user.data.inviteCode}; as far as one search reaches. */
    public Found invitedSince(Instant since) {
        var all = new ArrayList<User>();
        for (int row = 0; row < REACH; row += PAGE) {
            var criteria = criteria("data.inviteCode:* AND insertInstant:[" + since.toEpochMilli() + " TO *]", PAGE);
            criteria.sortFields = List.of(new SortField("insertInstant", Sort.desc));
            criteria.startRow = row;
            var answer = find(criteria);
            if (!answer.succeeded() || answer.value() == null) {
                return new Found.Unavailable();
            }
            all.addAll(users.known(answer.value()));
            if (answer.value().users == null || answer.value().users.size() < PAGE) {
                break;
            }
        }
        return new Found.Some(all);
    }

    private static UserSearchCriteria criteria(String query, int most) {
        var criteria = new UserSearchCriteria();
        criteria.ids = null; // an empty list, the client's default, would ask for nobody
        criteria.queryString = query;
        criteria.numberOfResults = most;
        return criteria;
    }

    private Answer<SearchResponse> find(UserSearchCriteria criteria) {
        var request = new SearchRequest(criteria);
        request.expand = List.of("registrations");
        return fusionAuth.call("for who holds a code", READ, client -> client.searchUsersByQuery(request));
    }
}
