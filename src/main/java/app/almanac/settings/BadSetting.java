package app.almanac.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.BindException;

/** A setting that stops the start. Its message is one sentence with the setting's name and the mend, never its value. */
public final class BadSetting extends RuntimeException {

    public BadSetting(String setting, String problemAndMend) {
        super(setting + " " + problemAndMend);
    }

    /** The sentence that a failure of reading settings comes down to; empty when it is about something else. */
    public static Optional<String> sentenceIn(Throwable failure) {
        BindException innermost = null;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof BadSetting bad) {
                return Optional.of(String.valueOf(bad.getMessage()));
            }
            if (t instanceof BindException deeper) {
                innermost = deeper;
            }
        }
        if (innermost == null || !innermost.getName().toString().startsWith("almanac.")) {
            return Optional.empty();
        }
        var setting = innermost
                .getName()
                .toString()
                .substring("almanac.".length())
                .replace('.', '_')
                .replace('-', '_')
                .toUpperCase(Locale.ROOT);
        return Optional.of(
                setting + " is malformed: set it to a value of the form that docs/contract.md gives for it.");
    }

    /** The value, or a refusal that names the setting and what to set it to. */
    public static String required(String setting, String value, String whatItIs) {
        if (value.isBlank()) {
            throw new BadSetting(setting, "is missing: set it to " + whatItIs + ".");
        }
        return value;
    }

    /** An http or https address without a trailing slash. */
    public static URI address(String setting, URI value) {
        var scheme = value.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme))
                || value.getHost() == null
                || value.getRawQuery() != null
                || value.getRawFragment() != null) {
            throw new BadSetting(
                    setting, "is not an address: set it to one that starts with http:// or https:// and has a host.");
        }
        var text = value.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : value;
    }

    /** A period longer than nothing. */
    public static Duration positive(String setting, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new BadSetting(setting, "is no period: set it to an ISO 8601 duration such as PT12H.");
        }
        return value;
    }
}
