package app.almanac.accounts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The two ways to a link: through FusionAuth's hosted pages, or Google's code flow run by Almanac itself. */
enum Route {
    HOSTED,
    DIRECT;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Route other() {
        return this == HOSTED ? DIRECT : HOSTED;
    }

    static Optional<Route> named(String word) {
        return Arrays.stream(values())
                .filter(route -> route.word().equals(word))
                .findFirst();
    }
}
