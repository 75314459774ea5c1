package app.almanac.roles;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Domains at which anybody can get an address; the file says where the list is from. */
final class PublicMailDomains {

    private static final Set<String> ALL = read();

    private PublicMailDomains() {}

    static boolean contains(String domain) {
        return ALL.contains(domain);
    }

    private static Set<String> read() {
        var file = Objects.requireNonNull(PublicMailDomains.class.getResourceAsStream("public-mail-domains.txt"));
        try (var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
