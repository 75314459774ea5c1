package sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a search engine without a mapping of its own answers about users' codes: the sandbox's, and a real one. */
abstract class SearchAnswers {

    abstract void store(int number, String json) throws Exception;

    /** What was stored can be found from now on. */
    abstract void refresh() throws Exception;

    /** Numbers, in order. */
    abstract List<String> found(String query) throws Exception;

    @BeforeEach
    void threeUsers() throws Exception {
        user(1, "\"abc123\"},{\"invcode\":\"zzz\"");
        user(2, "\"ABC123-9\"");
        user(3, "\"abc1234\"");
        refresh();
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
                "data.inviteCodes.invcode:nothing        | ''",
                "registrations.applicationId:ours        | ''"
            })
    void theFieldIsComparedWithoutCaseAndInParts(String query, String numbers) throws Exception {
        assertThat(String.join(" ", found(query))).isEqualTo(numbers);
    }

    @Test
    void whatIsNoQueryIsAnError() {
        assertThatThrownBy(() -> found("data.inviteCodes.invcode:(")).isInstanceOf(Exception.class);
    }

    final void user(int number, String codes) throws Exception {
        store(
                number,
                "{\"name\":\"%d\",\"data\":{\"inviteCodes\":[{\"invcode\":%s}]},\"registrations\":[{\"applicationId\":\"ours\"}]}"
                        .formatted(number, codes));
    }
}
