package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.Database;

/** How wrong codes are counted. */
class WrongCodesTests {

    private static final String WINDOW = "date_bin('10 minutes', clock_timestamp(), 'epoch')";

    private final Database database = Database.migrated();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());
    private final WrongCodes wrongCodes = new WrongCodes(jdbc);

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void whatIsTooManyAlreadyIsTurnedAwayWithoutBeingWritten() {
        inOneWindow(() -> {
            for (int i = 0; i < WrongCodes.BY_ONE; i++) {
                assertThat(wrongCodes.oneTooMany("203.0.113.7", null)).isFalse();
            }
            var counted = counted();

            assertThat(wrongCodes.oneTooMany("203.0.113.7", null)).isTrue();
            assertThat(wrongCodes.oneTooMany("203.0.113.7", "another@example.com"))
                    .isTrue();
            assertThat(counted()).isEqualTo(counted);
            assertThat(wrongCodes.oneTooMany("203.0.113.8", null)).isFalse();
        });
    }

    @Test
    void aFloodFromEverywhereWritesNoMoreThanTheLimitInAll() {
        inOneWindow(() -> {
            jdbc.sql("INSERT INTO wrong_code (who, since, times) VALUES ('all', " + WINDOW + ", :times)")
                    .param("times", WrongCodes.IN_ALL - 1)
                    .update();

            assertThat(wrongCodes.oneTooMany("203.0.113.7", null)).isFalse();
            assertThat(wrongCodes.oneTooMany("203.0.113.8", "x@example.com")).isTrue();
            assertThat(counted()).hasSize(2).containsEntry("all", WrongCodes.IN_ALL);
        });
    }

    @Test
    void allAddressesOfAnIpv6CustomerCountAsOne() {
        inOneWindow(() -> {
            for (int i = 0; i < WrongCodes.BY_ONE; i++) {
                assertThat(wrongCodes.oneTooMany("2001:db8:7:" + i + "::1", null))
                        .isFalse();
            }

            assertThat(wrongCodes.oneTooMany("2001:db8:7::ffff", null)).isTrue();
            assertThat(wrongCodes.oneTooMany("2001:db8:8::1", null)).isFalse();
        });
    }

    /** Once more where a window of ten minutes ended in the middle. */
    private void inOneWindow(Runnable test) {
        var begun = window();
        try {
            test.run();
        } catch (AssertionError e) {
            if (window().equals(begun)) {
                throw e;
            }
            jdbc.sql("DELETE FROM wrong_code").update();
            test.run();
        }
    }

    private String window() {
        return jdbc.sql("SELECT CAST(" + WINDOW + " AS text)")
                .query(String.class)
                .single();
    }

    private Map<String, Integer> counted() {
        return jdbc
                .sql("SELECT who, times FROM wrong_code")
                .query((row, number) -> Map.entry(row.getString("who"), row.getInt("times")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
