package app.almanac.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;

/** A setting that stops the start. Its message is one sentence with the setting's name and the mend, never its value. */
public final class BadSetting extends RuntimeException {

    private static final Duration LONGEST = Duration.ofDays(3650);

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

    /** The value; a blank one is refused and never silently the default, nor nothing. */
    public static <T> T present(String setting, @Nullable T value) {
        if (value == null) {
            throw new BadSetting(setting, "is blank: set it, or leave it out for its default.");
        }
        return value;
    }

    /** An http or https address without a trailing slash. */
    public static URI address(String setting, @Nullable URI given) {
        var value = present(setting, given);
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

    /** A period longer than nothing and at most {@link #LONGEST}, which no clock or session has trouble with. */
    public static Duration positive(String setting, @Nullable Duration given) {
        var value = present(setting, given);
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new BadSetting(
                    setting, "is no usable period: set it to an ISO 8601 duration such as PT12H, at most P3650D.");
        }
        return value;
    }
}
