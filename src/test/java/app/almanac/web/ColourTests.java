package app.almanac.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColourTests {

    private static final Pattern TOKEN = Pattern.compile("--([\\w-]+): oklch\\(([\\d.]+) ([\\d.]+) ([\\d.]+)\\)");

    @Test
    void everyTextCanBeReadOnItsPaperByDayAndByNight() throws IOException {
        var css = Files.readString(Path.of("src", "main", "resources", "static", "css", "tokens.css"));
        var night = css.indexOf("@media");

        for (var colours : List.of(luminances(css.substring(0, night)), luminances(css.substring(night)))) {
            for (var text : List.of("ink", "faded", "red-letter", "good", "wary")) {
                readable(colours, text, "paper");
                readable(colours, text, "leaf");
            }
            IntStream.rangeClosed(1, 8).forEach(number -> {
                readable(colours, "account-" + number, "paper");
                readable(colours, "account-" + number, "leaf");
            });
            readable(colours, "ink", "shade");
            readable(colours, "on-red", "red-letter");
            readable(colours, "on-red", "red-letter-strong");
            assertThat(contrast(colours, "edge-ink", "paper")).isGreaterThanOrEqualTo(3);
        }
    }

    private static void readable(Map<String, Double> colours, String text, String paper) {
        assertThat(contrast(colours, text, paper)).as(text + " on " + paper).isGreaterThanOrEqualTo(4.5);
    }

    private static double contrast(Map<String, Double> colours, String one, String other) {
        var a = Objects.requireNonNull(colours.get(one), one);
        var b = Objects.requireNonNull(colours.get(other), other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static Map<String, Double> luminances(String css) {
        var found = new HashMap<String, Double>();
        var tokens = TOKEN.matcher(css);
        while (tokens.find()) {
            found.put(
                    tokens.group(1),
                    luminance(
                            Double.parseDouble(tokens.group(2)),
                            Double.parseDouble(tokens.group(3)),
                            Math.toRadians(Double.parseDouble(tokens.group(4)))));
        }
        return found;
    }

    /** OKLCH to linear sRGB, clipped to what a screen shows, to relative luminance as WCAG has it. */
    private static double luminance(double lightness, double chroma, double hue) {
        var a = chroma * Math.cos(hue);
        var b = chroma * Math.sin(hue);
        var l = Math.pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        var m = Math.pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        var s = Math.pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        var red = Math.clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, 0, 1);
        var green = Math.clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, 0, 1);
        var blue = Math.clamp(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s, 0, 1);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }
}
