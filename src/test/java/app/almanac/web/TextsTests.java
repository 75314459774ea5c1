package app.almanac.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.attoparser.AbstractMarkupHandler;
import org.attoparser.MarkupParser;
import org.attoparser.ParseException;
import org.attoparser.config.ParseConfiguration;
import org.junit.jupiter.api.Test;

class TextsTests {

    private static final Path TEMPLATES = Path.of("src", "main", "resources", "templates");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern FIXED = Pattern.compile("#\\{([a-zA-Z][\\w.-]*)|msg\\('([\\w.-]+)'\\)");
    private static final Pattern DYNAMIC =
            Pattern.compile("#\\{\\|([\\w.-]+\\.)\\$\\{|msgOrNull\\('([\\w.-]+\\.)' \\+");
    private static final Pattern VISIBLE_ATTRIBUTE =
            Pattern.compile("(?<![\\w:-])(title|aria-label|placeholder|alt)=\"[^\"#$]*\\p{L}[^\"#$]*\"");

    @Test
    void everyTextThatTemplatesNameIsThere() throws IOException {
        assertThat(texts()).containsAll(named(FIXED));
    }

    @Test
    void noTextIsLeftUnused() throws IOException {
        var fixed = named(FIXED);
        var prefixes = named(DYNAMIC);
        var sources = sources();

        assertThat(texts())
                .allSatisfy(key -> assertThat(fixed.contains(key)
                                || prefixes.stream().anyMatch(key::startsWith)
                                || sources.contains('"' + key + '"'))
                        .as(key)
                        .isTrue());
    }

    @Test
    void noTemplateHasWordsOfItsOwn() throws IOException, ParseException {
        var parser = new MarkupParser(ParseConfiguration.htmlConfiguration());
        for (var template : templates()) {
            var words = new ArrayList<String>();
            parser.parse(Files.readString(template), new OwnWords(words));

            assertThat(words).as(template.toString()).isEmpty();
            assertThat(Files.readString(template)).as(template.toString()).doesNotContainPattern(VISIBLE_ATTRIBUTE);
        }
    }

    @Test
    void noTemplateUsesWhatTheHouseForbids() throws IOException {
        for (var template : templates()) {
            assertThat(Files.readString(template))
                    .as(template.toString())
                    .doesNotContain("th:utext")
                    .doesNotContain("T(")
                    .doesNotContain("__${");
        }
    }

    private static Set<String> named(Pattern pattern) throws IOException {
        var found = new TreeSet<String>();
        for (var template : templates()) {
            pattern.matcher(Files.readString(template))
                    .results()
                    .map(result -> result.group(1) == null ? result.group(2) : result.group(1))
                    .forEach(found::add);
        }
        return found;
    }

    private static Set<String> texts() throws IOException {
        var texts = new Properties();
        try (var file = TextsTests.class.getResourceAsStream("/messages.properties")) {
            if (file == null) {
                throw new IllegalStateException("no texts");
            }
            texts.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        }
        return texts.stringPropertyNames();
    }

    private static List<Path> templates() throws IOException {
        try (var files = Files.walk(TEMPLATES)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    /** Collects words that stand in an element whose text does not come from the messages. */
    private static final class OwnWords extends AbstractMarkupHandler {

        private final List<String> words;
        private boolean replaced;

        OwnWords(List<String> words) {
            this.words = words;
        }

        @Override
        public void handleOpenElementStart(char[] buffer, int offset, int length, int line, int column) {
            replaced = false;
        }

        @Override
        public void handleCloseElementStart(char[] buffer, int offset, int length, int line, int column) {
            replaced = false;
        }

        @Override
        public void handleAttribute(
                char[] buffer,
                int nameOffset,
                int nameLength,
                int nameLine,
                int nameColumn,
                int operatorOffset,
                int operatorLength,
                int operatorLine,
                int operatorColumn,
                int valueContentOffset,
                int valueContentLength,
                int valueOuterOffset,
                int valueOuterLength,
                int valueLine,
                int valueColumn) {
            replaced |= "th:text".equals(new String(buffer, nameOffset, nameLength));
        }

        @Override
        public void handleText(char[] buffer, int offset, int length, int line, int column) {
            var text = new String(buffer, offset, length).strip();
            if (!replaced && text.codePoints().anyMatch(Character::isLetterOrDigit)) {
                words.add(text);
            }
        }
    }

    private static String sources() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(SOURCES)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
