package app.almanac.fusionauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.Entities.Deleted;
import app.almanac.fusionauth.Entities.Written;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What Almanac relies on of FusionAuth's entities, whoever answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EntitiesContract {

    private static final UUID SESSION = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000041");

    private final Peer peer;
    private final Entities entities;
    private final UUID id = UUID.randomUUID();
    private final String mark = UUID.randomUUID().toString().replace("-", "");

    EntitiesContract(Peer peer) {
        this.peer = peer;
        entities = new Entities(peer.caller(), peer.settings());
    }

    @AfterEach
    void nothingStays() {
        entities.delete(id, SESSION);
    }

    @AfterAll
    void close() {
        peer.close();
    }

    @Test
    void anEntityThatIsMadeIsReadBackAtOnce() {
        assertThat(entities.byId(id, SESSION)).isEqualTo(new EntityAnswer.Absent());

        assertThat(entities.create(entity(1), "Contract")).isEqualTo(Written.WRITTEN);

        assertThat(data(entities.byId(id, SESSION))).containsEntry("session_identifier", mark);
        assertThat(number(data(entities.byId(id, SESSION)))).isEqualTo(1);
    }

    /** Whether POST of a taken id is refused or overwrites is not documented; it is one of the two. */
    @Test
    void anIdIsTakenOnce() {
        entities.create(entity(1), "Contract");

        var again = entities.create(entity(2), "Contract");

        assertThat(number(data(entities.byId(id, SESSION)))).isEqualTo(again == Written.WRITTEN ? 2 : 1);
        assertThat(again).isNotEqualTo(Written.UNAVAILABLE);
    }

    @Test
    void aReplacedEntityHasTheNewDataOnly() {
        entities.create(
                new Entity(id, SESSION, Map.of("session_identifier", mark, "session_key_id", "old")), "Contract");

        assertThat(entities.replace(entity(2), "Contract")).isEqualTo(Written.WRITTEN);

        assertThat(data(entities.byId(id, SESSION))).doesNotContainKey("session_key_id");
        assertThat(number(data(entities.byId(id, SESSION)))).isEqualTo(2);
    }

    @Test
    void whatIsNotThereIsNeitherReplacedNorDeleted() {
        assertThat(entities.replace(entity(1), "Contract")).isEqualTo(Written.NOT_NOW);
        assertThat(entities.delete(id, SESSION)).isEqualTo(Deleted.NOT_THERE);
        assertThat(entities.byId(id, SESSION)).isEqualTo(new EntityAnswer.Absent());
    }

    @Test
    void anotherTypesEntityIsNotTakenForOurs() {
        entities.create(entity(1), "Contract");

        assertThat(entities.byId(id, UUID.randomUUID())).isEqualTo(new EntityAnswer.AnotherOnes());
    }

    @Test
    void anotherTypesEntityIsNotDeleted() {
        entities.create(entity(1), "Contract");

        assertThat(entities.delete(id, UUID.randomUUID())).isEqualTo(Deleted.NOT_THERE);

        assertThat(entities.byId(id, SESSION)).isInstanceOf(EntityAnswer.Known.class);
        assertThat(entities.delete(id, SESSION)).isEqualTo(Deleted.DELETED);
        assertThat(entities.byId(id, SESSION)).isEqualTo(new EntityAnswer.Absent());
    }

    @Test
    void theSearchFindsByHexadecimalAndByRangeBeforeLong() {
        entities.create(entity(1_764_000_000_000L), "Contract");

        await("data.session_identifier:" + mark, 1);
        await("data.session_identifier:" + mark + " AND data.session_expires_at:[0 TO 1764000000000]", 1);
        await("data.session_identifier:" + mark + " AND data.session_expires_at:{1764000000000 TO *}", 0);
    }

    @Test
    void theSearchNeverShowsWhatWasDeleted() {
        entities.create(entity(1), "Contract");
        await("data.session_identifier:" + mark, 1);

        entities.delete(id, SESSION);

        assertThat(found("data.session_identifier:" + mark)).isEmpty();
    }

    private Entity entity(long expires) {
        return new Entity(id, SESSION, Map.of("session_identifier", mark, "session_expires_at", expires));
    }

    private List<Entity> found(String query) {
        return entities.search(SESSION, query, 0, 25) instanceof EntitiesAnswer.Known(var found, var total)
                ? found
                : List.of();
    }

    private void await(String query, int count) {
        Wait.until(() -> found(query).size() == count);
    }

    private static Map<String, Object> data(EntityAnswer answer) {
        return answer instanceof EntityAnswer.Known(var entity) ? entity.data() : Map.of();
    }

    private static long number(Map<String, Object> data) {
        return data.get("session_expires_at") instanceof Number number ? number.longValue() : -1;
    }
}
