package sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.queryparser.classic.ParseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that a real OpenSearch 2.19 gave for the same documents, without any mapping. */
class SearchIndexTests {

    private final AtomicLong now = new AtomicLong(10_000);
    private final SearchIndex index = new SearchIndex(now::get);

    @BeforeEach
    void threeUsers() {
        user(1, "\"abc123\"},{\"invcode\":\"zzz\"");
        user(2, "\"ABC123-9\"");
        user(3, "\"abc1234\"");
        now.addAndGet(1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data.inviteCodes.invcode:abc123         | 1 2",
                "data.inviteCodes.invcode:ABC123         | 1 2",
                "data.inviteCodes.invcode:\"abc123-9\"   | 2",
                "data.inviteCodes.invcode:ABC123-9       | 1 2",
                "data.inviteCodes.invcode:abc*           | 1 2 3",
                "data.inviteCodes.invcode.keyword:abc123 | 1",
                "data.inviteCodes.invcode:abc123 OR *    | 1 2 3",
                "data.inviteCodes.invcode:\"abc123\"     | 1 2",
                "data.inviteCodes.invcode:nothing        | ''"
            })
    void theIndexAnswersAsARealEngineDoes(String query, String ids) throws Exception {
        assertThat(String.join(" ", found(query))).isEqualTo(ids);
    }

    @Test
    void whatIsNoQueryIsAnError() {
        assertThatThrownBy(() -> found("data.inviteCodes.invcode:(")).isInstanceOf(ParseException.class);
    }

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

    private List<String> found(String query) throws ParseException {
        return index.find(query, 25).stream()
                .map(user -> user.path("name").asString())
                .sorted()
                .toList();
    }

    private void user(int number, String codes) {
        var json = "{\"name\":\"%d\",\"data\":{\"inviteCodes\":[{\"invcode\":%s}]}}".formatted(number, codes);
        index.changed(id(number), (tools.jackson.databind.node.ObjectNode) Json.MAPPER.readTree(json));
    }

    private static UUID id(int number) {
        return new UUID(0, number);
    }
}
