package app.almanac.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes every page with sample models to {@code target/preview}, to be looked at in a browser. */
final class PagePreview {

    private PagePreview() {}

    public static void main(String[] args) throws IOException {
        var target = Path.of("target", "preview");
        var resources = Path.of("src", "main", "resources", "static");
        Files.createDirectories(target);
        try (var files = Files.walk(resources)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = target.resolve(resources.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.write(copy, Files.readAllBytes(file));
            }
        }
        for (var page : Pages.all().entrySet()) {
            Files.writeString(target.resolve(page.getKey() + ".html"), page.getValue());
        }
    }
}
