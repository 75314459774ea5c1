package app.almanac.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Turns a setting that cannot be read into one sentence at the start, without a stack trace and without its value. */
class BadSettingAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof BadSetting bad) {
                return new FailureAnalysis(String.valueOf(bad.getMessage()), null, cause);
            }
        }
        BindException innermost = cause;
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof BindException deeper) {
                innermost = deeper;
            }
        }
        var name = innermost.getName().toString();
        if (!name.startsWith("almanac.")) {
            return null;
        }
        var setting = name.substring("almanac.".length())
                .replace('.', '_')
                .replace('-', '_')
                .toUpperCase(Locale.ROOT);
        return new FailureAnalysis(
                setting + " is malformed: set it to a value of the form that docs/contract.md gives for it.",
                null,
                cause);
    }
}
