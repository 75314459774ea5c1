package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import io.fusionauth.domain.api.user.SearchRequest;
import io.fusionauth.domain.api.user.SearchResponse;
import io.fusionauth.domain.search.UserSearchCriteria;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Those registered for Almanac, by FusionAuth's user search. Its index lags behind by a second or more, so it only says
 * whom to look at: the users themselves are then read by their ids, which its database answers. With the database as
 * search engine there is no question for registrations: then everybody is searched, within the limit.
 */
@Component
public class Members {

    /** How many users one search takes. */
    public static final int MOST = 500;

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final FusionAuthCaller fusionAuth;
    private final Users users;
    private final FusionAuthSettings settings;

    Members(FusionAuthCaller fusionAuth, Users users, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.users = users;
        this.settings = settings;
    }

    public MembersAnswer all() {
        var byRegistration = criteria();
        byRegistration.query = """
                {"nested":{"path":"registrations","query":{"bool":{"must":[\
                {"match":{"registrations.applicationId":"%s"}}]}}}}\
                """.formatted(settings.applicationId());
        var answer = search(byRegistration);
        if (answer.is(400)) {
            var everybody = criteria();
            everybody.queryString = "*";
            answer = search(everybody);
        }
        return found(answer, List.of());
    }

    /** Those whose name or address has every word of this in it. A whole address is found however new it is. */
    public MembersAnswer with(String text) {
        var words = List.of(text.strip().toLowerCase(Locale.ROOT).split("\\s+"));
        var criteria = criteria();
        // What is no letter, digit or part of an address could be an operator of the query language.
        criteria.queryString =
                text.strip().replaceAll("[^\\p{L}\\p{N}@._ ]+", " ").strip();
        var exact = text.contains("@") ? users.byAddress(text.strip()) : new UserAnswer.Absent();
        var first = exact instanceof UserAnswer.Known(var user) ? List.of(user) : List.<User>of();
        if (criteria.queryString.isEmpty()) {
            return new MembersAnswer.Found(List.of(), true);
        }
        return switch (found(search(criteria), first)) {
            case MembersAnswer.Found(var all, var complete) ->
                new MembersAnswer.Found(
                        all.stream().filter(user -> has(user, words)).toList(), complete);
            case MembersAnswer.Unavailable unavailable -> unavailable;
        };
    }

    /** Users by their ids, registered or not, as far as FusionAuth tells. */
    public Map<PersonId, User> byIds(Collection<PersonId> ids) {
        return known(ids).orElse(Map.of());
    }

    /** Likewise; nothing where FusionAuth does not answer, so that whoever is missing is known to be gone. */
    public Optional<Map<PersonId, User>> known(Collection<PersonId> ids) {
        if (ids.isEmpty()) {
            return Optional.of(Map.of());
        }
        var known = new LinkedHashMap<PersonId, User>();
        var distinct = ids.stream().map(PersonId::value).distinct().toList();
        for (int from = 0; from < distinct.size(); from += MOST) {
            var criteria = criteria();
            criteria.ids = distinct.subList(from, Math.min(from + MOST, distinct.size()));
            var answer = search(criteria);
            if (!answer.succeeded() || answer.value() == null) {
                return Optional.empty();
            }
            known.putAll(byId(answer.value()));
        }
        return Optional.of(known);
    }

    private MembersAnswer found(Answer<SearchResponse> answer, List<User> first) {
        if (!answer.succeeded() || answer.value() == null) {
            return new MembersAnswer.Unavailable();
        }
        var listed = new LinkedHashMap<PersonId, User>();
        first.forEach(user -> listed.put(user.id(), user));
        listed.putAll(byId(answer.value()));
        listed.putAll(byIds(new ArrayList<>(listed.keySet())));
        return new MembersAnswer.Found(
                listed.values().stream()
                        .filter(user -> user.registration() != null)
                        .toList(),
                answer.value().total <= MOST);
    }

    private Map<PersonId, User> byId(SearchResponse response) {
        return users.known(response).stream()
                .collect(Collectors.toMap(User::id, Function.identity(), (one, same) -> one, LinkedHashMap::new));
    }

    /** Without the client's empty lists: of {@code ids}, {@code query} and {@code queryString} FusionAuth takes one. */
    @SuppressWarnings("NullAway") // the client leaves out what is null
    private static UserSearchCriteria criteria() {
        var criteria = new UserSearchCriteria();
        criteria.ids = null;
        criteria.sortFields = null;
        return criteria;
    }

    private Answer<SearchResponse> search(UserSearchCriteria criteria) {
        criteria.numberOfResults = MOST;
        criteria.accurateTotal = criteria.ids == null;
        return fusionAuth.call(
                "for members", DEADLINE, client -> client.searchUsersByQuery(new SearchRequest(criteria)));
    }

    private static boolean has(User user, List<String> words) {
        var text = (user.fullName() + " " + user.email()).toLowerCase(Locale.ROOT);
        return words.stream().allMatch(text::contains);
    }
}
