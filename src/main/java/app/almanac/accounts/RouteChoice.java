package app.almanac.accounts;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which route an attempt takes that does not say: the setting's, and for {@code auto} what experience has shown. */
@Component
class RouteChoice {

    private final ConnectSettings settings;
    private final JdbcClient jdbc;

    RouteChoice(ConnectSettings settings, JdbcClient jdbc) {
        this.settings = settings;
        this.jdbc = jdbc;
    }

    Route usual() {
        return switch (settings.connectRoute()) {
            case HOSTED -> Route.HOSTED;
            case DIRECT -> Route.DIRECT;
            case AUTO ->
                jdbc.sql("SELECT count(*) FROM hosted_route_links_nothing")
                                        .query(Integer.class)
                                        .single()
                                == 0
                        ? Route.HOSTED
                        : Route.DIRECT;
        };
    }

    /** From now on {@code auto} goes the direct way. */
    void rememberThatHostedLinksNothing() {
        jdbc.sql("INSERT INTO hosted_route_links_nothing DEFAULT VALUES ON CONFLICT DO NOTHING")
                .update();
    }
}
