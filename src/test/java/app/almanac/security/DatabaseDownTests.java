package app.almanac.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import sandbox.Database;

/** What counts as PostgreSQL being down, and what is our own fault, by what PostgreSQL really says. */
class DatabaseDownTests {

    private final Database database = Database.empty();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aStatementThatPostgresqlRefusesIsAFaultOfOurs() {
        jdbc.sql("create table once (id int primary key)").update();
        jdbc.sql("insert into once values (1)").update();

        var again = catchThrowable(() -> jdbc.sql("insert into once values (1)").update());
        var bad = catchThrowable(() -> jdbc.sql("selekt 1").update());

        assertThat(again).isInstanceOf(DuplicateKeyException.class);
        assertThat(bad).isInstanceOf(BadSqlGrammarException.class);
        assertThat(DatabaseDown.isDown(again)).isFalse();
        assertThat(DatabaseDown.isDown(bad)).isFalse();
        assertThat(DatabaseDown.isDown(new IllegalStateException())).isFalse();
        assertThat(DatabaseDown.isDown(new IllegalStateException(again))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "53300", "53100", "57P01", "57P03", "58030", "28P01", "40P01"})
    void aConnectionAResourceOrAMomentThatIsLackingIsPostgresqlBeingDown(String state) {
        var failure = catchThrowable(
                () -> jdbc.sql("do $$ begin raise exception 'planted' using errcode = '" + state + "'; end $$")
                        .update());

        assertThat(DatabaseDown.isDown(new IllegalStateException(failure))).isTrue();
    }

    @Test
    void whatHasNoStateComesFromThePoolAndIsAboutAConnection() {
        assertThat(DatabaseDown.isDown(new CannotCreateTransactionException(
                        "planted", new SQLTransientConnectionException("no connection in time"))))
                .isTrue();
        assertThat(DatabaseDown.isDown(
                        new TransactionSystemException("planted", new SQLException("Connection is closed"))))
                .isTrue();
    }

    @Test
    void aConnectionThatPostgresqlEndsIsPostgresqlBeingDown() {
        var failure = catchThrowable(() -> jdbc.sql("select pg_terminate_backend(pg_backend_pid())")
                .query()
                .listOfRows());

        assertThat(DatabaseDown.isDown(failure)).isTrue();
    }
}
