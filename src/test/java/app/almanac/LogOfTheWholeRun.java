package app.almanac;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sandbox.Sandbox;

/** Runs after every other test and searches all that they wrote, Almanac's logs among it, for what must not be there. */
class LogOfTheWholeRun {

    private static final Path REPORTS = Path.of("target", "surefire-reports");

    /**
     * The sandbox's secrets, tokens as Google writes them, tokens as FusionAuth signs them, the cast's addresses and ids;
     * an administrator who ends others' sessions is named on purpose.
     */
    private static final List<Pattern> FORBIDDEN = List.of(
            Pattern.compile(Sandbox.PLANTED + "[0-9a-f]{8}"),
            Pattern.compile("ya29\\.[A-Za-z0-9-]{8}"),
            Pattern.compile("1//[0-9a-f]{8}-"),
            Pattern.compile("eyJ[A-Za-z0-9_-]{10,}\\.eyJ"),
            Pattern.compile("c0000000-0000-4000-8000-00000000000[a-e](?! ended (?:a session|sessions) of )"),
            Pattern.compile("(?i)\\b(ana|ben|tess|ada|nora)[a-z.+]*@(?:[a-z-]+\\.)*example(?:\\.com|\\.org)?\\b"));

    @Test
    void holdsNoSecretTokenOrAddress() throws IOException {
        var found = new ArrayList<String>();
        var files = 0;
        try (var outputs = Files.newDirectoryStream(REPORTS, "*-output.txt")) {
            for (var output : outputs) {
                files++;
                for (var line :
                        Files.readString(output, StandardCharsets.ISO_8859_1).split("\n")) {
                    for (var pattern : FORBIDDEN) {
                        var match = pattern.matcher(line);
                        if (match.find()) {
                            // where, never the whole of it
                            found.add(output.getFileName() + ": …" + line.substring(0, Math.min(match.start(), 200))
                                    + "[" + pattern + "]");
                        }
                    }
                }
            }
        }

        assertThat(files).as("outputs to search").isPositive();
        assertThat(found).isEmpty();
    }
}
