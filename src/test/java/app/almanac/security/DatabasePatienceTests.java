package app.almanac.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletRequest;
import sandbox.Database;

/** How long one request waits for PostgreSQL, with all its connections. */
class DatabasePatienceTests {

    private final Database database = Database.empty();
    private final DataSource pool =
            (DataSource) new DatabasePatience().postProcessAfterInitialization(database.dataSource(), "dataSource");
    private final JdbcClient jdbc = JdbcClient.create(pool);

    @AfterEach
    void close() {
        DatabasePatience.end();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void whoReadsAndHasWaitedAsLongAsTheyMayIsToldSoAtOnceFromThenOn(String method) throws SQLException {
        begin(method, "/calendar");
        assertThatThrownBy(() -> waits(60))
                .satisfies(failure -> assertThat(DatabaseDown.isDown(failure)).isTrue());

        assertThatThrownBy(pool::getConnection)
                .isInstanceOf(SQLException.class)
                .satisfies(failure -> assertThat(DatabaseDown.isDown(failure)).isTrue());

        DatabasePatience.end();
        begin(method, "/calendar");
        waits(0);
    }

    @Test
    void whoChangesSomethingOrComesBackWithACodeWaitsOn() {
        for (var path : new String[] {"/login/oauth2/code/fusionauth", "/accounts/connection/direct"}) {
            begin("GET", path);
            waits(1.5);
            DatabasePatience.end();
        }
        begin("POST", "/devices");
        waits(1.5);
        waits(0);
    }

    private static void begin(String method, String path) {
        var request = new MockHttpServletRequest(method, path);
        request.setServletPath(path);
        DatabasePatience.begin(request);
    }

    private void waits(double seconds) {
        jdbc.sql("select pg_sleep(:seconds)").param("seconds", seconds).query().singleRow();
    }
}
