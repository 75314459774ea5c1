package app.almanac.settings;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Says in one sentence that PostgreSQL could not be reached at the start. */
class DatabaseUnreachableAnalyzer extends AbstractFailureAnalyzer<SQLException> implements Ordered {

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        var state = cause.getSQLState();
        if (state == null || !(state.startsWith("08") || state.startsWith("28") || state.startsWith("3D"))) {
            return null;
        }
        return new FailureAnalysis(
                "PostgreSQL cannot be reached or refuses us (SQL state " + state
                        + "): check DATABASE_URL, DATABASE_USERNAME and DATABASE_PASSWORD.",
                null,
                cause);
    }
}
