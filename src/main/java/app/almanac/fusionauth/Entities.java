package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import com.inversoft.error.Errors;
import com.inversoft.rest.ClientResponse;
import io.fusionauth.client.FusionAuthClient;
import io.fusionauth.domain.EntityType;
import io.fusionauth.domain.api.EntityRequest;
import io.fusionauth.domain.api.EntityResponse;
import io.fusionauth.domain.api.EntitySearchRequest;
import io.fusionauth.domain.api.EntitySearchResponse;
import io.fusionauth.domain.search.EntitySearchCriteria;
import io.fusionauth.domain.search.Sort;
import io.fusionauth.domain.search.SortField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * FusionAuth's entities (a paid feature): read and written by id, which is consistent, and searched, which needs its
 * Elasticsearch engine and lags behind what was written.
 */
@Component
public class Entities {

    public enum Written {
        WRITTEN,
        /** Made by somebody else meanwhile, or gone meanwhile. */
        NOT_NOW,
        UNAVAILABLE
    }

    public enum Deleted {
        DELETED,
        /** Nothing of that type and id; what else may have the id stays. */
        NOT_THERE,
        UNAVAILABLE
    }

    private static final Logger log = LoggerFactory.getLogger(Entities.class);

    private static final Duration READ = Duration.ofMillis(800);
    private static final Duration WRITE = Duration.ofMillis(1500);

    private final FusionAuthCaller fusionAuth;
    private final FusionAuthSettings settings;

    Entities(FusionAuthCaller fusionAuth, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.settings = settings;
    }

    public EntityAnswer byId(UUID id, UUID type) {
        Answer<EntityResponse> answer = fusionAuth.call("for an entity", READ, client -> client.retrieveEntity(id));
        if (answer.is(404)) {
            return new EntityAnswer.Absent();
        }
        var entity = answer.succeeded() && answer.value() != null ? answer.value().entity : null;
        if (entity == null || !id.equals(entity.id)) {
            return new EntityAnswer.Unavailable();
        }
        return isOurs(entity, type) ? new EntityAnswer.Known(known(entity)) : new EntityAnswer.AnotherOnes();
    }

    /** Makes an entity. Whether FusionAuth refuses an id that is taken is not documented: read before and, at need, again. */
    public Written create(Entity entity, String name) {
        return write("to make an entity", client -> client.createEntity(entity.id(), request(entity, name)));
    }

    /** Puts the data in the place of the entity's own. */
    public Written replace(Entity entity, String name) {
        return write("to change an entity", client -> client.updateEntity(entity.id(), request(entity, name)));
    }

    /** Reads first: FusionAuth deletes by id alone, and the tenant has entities of others. */
    public Deleted delete(UUID id, UUID type) {
        return switch (byId(id, type)) {
            case EntityAnswer.Known ignored -> delete(id);
            case EntityAnswer.Absent ignored -> Deleted.NOT_THERE;
            case EntityAnswer.AnotherOnes ignored -> Deleted.NOT_THERE;
            case EntityAnswer.Unavailable ignored -> Deleted.UNAVAILABLE;
        };
    }

    private Deleted delete(UUID id) {
        var answer = fusionAuth.call("to delete an entity", WRITE, client -> client.deleteEntity(id));
        if (answer.is(404)) {
            return Deleted.NOT_THERE;
        }
        return answer.succeeded() ? Deleted.DELETED : Deleted.UNAVAILABLE;
    }

    /**
     * Entities of a type, the latest made first, as they are now: the index, which lags, says only which.
     * {@code query} is one of Elasticsearch's query strings, or empty for all.
     */
    public EntitiesAnswer search(UUID type, String query, int from, int most) {
        var criteria = new EntitySearchCriteria();
        criteria.queryString = "typeId:" + type + (query.isEmpty() ? "" : " AND " + query);
        criteria.startRow = from;
        criteria.numberOfResults = most;
        criteria.sortFields = List.of(new SortField("insertInstant", Sort.desc));
        var found = search(criteria);
        if (found == null) {
            return new EntitiesAnswer.Unavailable();
        }
        var now = found.entities == null ? List.<Entity>of() : asTheyAreNow(found.entities, type);
        return now == null ? new EntitiesAnswer.Unavailable() : new EntitiesAnswer.Known(now, found.total);
    }

    /** Read by their ids at once, which does not ask the index; and one by one what that leaves out, if it is there. */
    private @Nullable List<Entity> asTheyAreNow(List<io.fusionauth.domain.Entity> found, UUID type) {
        if (found.isEmpty()) {
            return List.of();
        }
        var byIds = new EntitySearchCriteria();
        byIds.ids = found.stream().map(entity -> entity.id).toList();
        byIds.numberOfResults = byIds.ids.size();
        var answered = search(byIds);
        if (answered == null) {
            return null;
        }
        var read = new HashMap<UUID, io.fusionauth.domain.Entity>();
        if (answered.entities != null) {
            answered.entities.forEach(entity -> read.put(entity.id, entity));
        }
        var now = new ArrayList<Entity>();
        for (var id : byIds.ids) {
            var entity = read.get(id);
            if (entity != null && isOurs(entity, type)) {
                now.add(known(entity));
                continue;
            }
            switch (byId(id, type)) {
                case EntityAnswer.Known(var single) -> now.add(single);
                case EntityAnswer.Absent ignored -> {}
                case EntityAnswer.AnotherOnes ignored -> {
                    return null;
                }
                case EntityAnswer.Unavailable ignored -> {
                    return null;
                }
            }
        }
        return List.copyOf(now);
    }

    private @Nullable EntitySearchResponse search(EntitySearchCriteria criteria) {
        Answer<EntitySearchResponse> answer = fusionAuth.call(
                "for entities", WRITE, client -> client.searchEntities(new EntitySearchRequest(criteria)));
        return answer.succeeded() ? answer.value() : null;
    }

    private Written write(String what, Function<FusionAuthClient, ClientResponse<EntityResponse, Errors>> request) {
        var answer = fusionAuth.call(what, WRITE, request);
        if (answer.succeeded()) {
            return Written.WRITTEN;
        }
        return switch (answer.status()) {
            case 400, 404, 409 -> Written.NOT_NOW;
            default -> Written.UNAVAILABLE;
        };
    }

    private static EntityRequest request(Entity entity, String name) {
        var theirs = new io.fusionauth.domain.Entity(entity.id(), name);
        theirs.type = new EntityType();
        theirs.type.id = entity.type();
        theirs.data.putAll(entity.data());
        return new EntityRequest(theirs);
    }

    private boolean isOurs(io.fusionauth.domain.Entity entity, UUID type) {
        var ours = entity.type != null
                && type.equals(entity.type.id)
                && (entity.tenantId == null || entity.tenantId.equals(settings.tenantId()));
        if (!ours) {
            log.error("FusionAuth answered an entity of another tenant or type");
        }
        return ours;
    }

    private static Entity known(io.fusionauth.domain.Entity entity) {
        return new Entity(entity.id, entity.type.id, entity.data == null ? Map.of() : entity.data);
    }
}
