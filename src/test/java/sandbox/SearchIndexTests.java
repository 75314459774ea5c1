package sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.queryparser.classic.ParseException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class SearchIndexTests extends SearchAnswers {

    private final AtomicLong now = new AtomicLong(10_000);
    private final SearchIndex index = new SearchIndex(now::get);

    @Test
    void aChangeIsFoundAtTheNextRefreshAndNoSooner() throws Exception {
        now.set(20_400);
        user(4, "\"fresh\"");
        index.changed(id(1), null);

        now.set(20_999);
        assertThat(found("data.inviteCodes.invcode:fresh")).isEmpty();
        assertThat(found("data.inviteCodes.invcode:zzz")).containsExactly("1");

        now.set(21_000);
        assertThat(found("data.inviteCodes.invcode:fresh")).containsExactly("4");
        assertThat(found("data.inviteCodes.invcode:zzz")).isEmpty();
    }

    @Override
    void store(int number, String json) {
        index.changed(id(number), (ObjectNode) Json.MAPPER.readTree(json));
    }

    @Override
    void refresh() {
        now.addAndGet(1000);
    }

    @Override
    List<String> found(String query) throws ParseException {
        return index.find(query, 25).stream()
                .map(user -> user.path("name").asString())
                .sorted()
                .toList();
    }

    private static UUID id(int number) {
        return new UUID(0, number);
    }
}
