package app.almanac.journeys;

import app.almanac.AlmanacApplication;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import sandbox.Sandbox;

/** The real application on a free port, with a sandbox of its own. */
public final class World implements AutoCloseable {

    private final Sandbox sandbox;
    private final MovableClock clock = new MovableClock();
    private final Map<String, Object> settings;
    private final URI url;
    private ConfigurableApplicationContext application;
    private @Nullable ConfigurableApplicationContext second;

    private World(Map<String, String> settings, boolean ownDatabase, Function<Sandbox, Map<String, String>> between) {
        url = URI.create("http://localhost:" + Sandbox.freePort());
        sandbox = ownDatabase
                ? Sandbox.startWithItsOwnDatabase(Sandbox.Ports.ANY, url, settings)
                : Sandbox.start(Sandbox.Ports.ANY, url, settings);
        this.settings = new HashMap<>(sandbox.settings());
        this.settings.put("MANAGEMENT_SERVER_PORT", "0");
        this.settings.put("DEVICES_LIMIT", "1000"); // who tests something else may sign in as often as they like
        this.settings.put("SHUTDOWN_WAIT", "PT0S");
        this.settings.putAll(settings);
        this.settings.putAll(between.apply(sandbox));
        application = start(url.getPort());
    }

    private ConfigurableApplicationContext start(int port) {
        return new SpringApplicationBuilder(AlmanacApplication.class)
                .properties(settings)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean("movableClock", Clock.class, () -> clock, bean -> bean.setPrimary(true)))
                .run("--server.port=" + port);
    }

    /** A second instance on the same database; where it listens. A visitor gets there by {@link Visitor#through}. */
    URI secondInstance() {
        var address = URI.create("http://localhost:" + Sandbox.freePort());
        startSecondInstance(address);
        return address;
    }

    /** Where it is not running. */
    void startSecondInstance(URI address) {
        if (second == null) {
            second = start(address.getPort());
        }
    }

    /** As SIGTERM does. */
    void stopSecondInstance() {
        if (second != null) {
            second.close();
            second = null;
        }
    }

    public static World with(String... settings) {
        return new World(map(settings), false, sandbox -> Map.of());
    }

    /** The application anew with other settings, beside the same sandbox. */
    void restart(String... settings) {
        application.close();
        this.settings.putAll(map(settings));
        application = start(url.getPort());
    }

    private static Map<String, String> map(String... settings) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return map;
    }

    /** With a PostgreSQL that can be stopped. */
    static World withItsOwnDatabase() {
        return new World(Map.of(), true, sandbox -> Map.of());
    }

    /** With something between Almanac and its upstreams: the settings for where they are then. */
    static World behind(Function<Sandbox, Map<String, String>> between) {
        return new World(Map.of(), false, between);
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** What time Almanac believes it is; its stand-ins and PostgreSQL know the true one. */
    public MovableClock clock() {
        return clock;
    }

    public URI url() {
        return url;
    }

    /** Health and metrics. */
    URI managementUrl() {
        return URI.create("http://localhost:" + application.getEnvironment().getProperty("local.management.port"));
    }

    /** A part of the running application. */
    public <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    ConfigurableApplicationContext application() {
        return application;
    }

    Visitor visitor() {
        return new Visitor(this);
    }

    Visitor visitor(String userAgent) {
        return new Visitor(this, userAgent);
    }

    /** Somebody who has just signed in. */
    Visitor signedIn(String email) {
        var visitor = visitor();
        visitor.get("/login");
        visitor.signIn(email);
        return visitor;
    }

    /** Somebody whom FusionAuth asks the connector for, and who tries a few times where a busy machine was too slow. */
    Visitor signedInFromTheOldStore(String login) {
        var visitor = signedIn(login);
        for (int again = 0; again < 10 && !visitor.page().select("[role=alert]").isEmpty(); again++) {
            visitor = signedIn(login);
        }
        return visitor;
    }

    @Override
    public void close() {
        stopSecondInstance();
        application.close();
        sandbox.close();
    }
}
