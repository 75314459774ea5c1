package app.almanac;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import sandbox.LegacyDatabase;
import sandbox.Sandbox;

/** The real application beside the sandbox: {@code ./mvnw spring-boot:test-run}. */
class TestAlmanacApplication {

    private TestAlmanacApplication() {}

    private static String env(String name, String otherwise) {
        return Objects.requireNonNullElse(System.getenv(name), otherwise);
    }

    public static void main(String[] args) {
        var url = URI.create("http://localhost:" + env("SERVER_PORT", "8080"));
        var sandbox = Sandbox.start(Sandbox.Ports.of(env("SANDBOX_PORTS", "9011,9021,9031")), url, System.getenv());
        sandbox.fusionAuth().punctual(true);
        var application = new SpringApplication(AlmanacApplication.class);
        var settings = new LinkedHashMap<String, Object>(sandbox.settings());
        settings.put("SHUTDOWN_WAIT", "PT0S");
        application.setDefaultProperties(settings);
        var context = application.run(args);
        context.registerShutdownHook();
        Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close));
        System.out.printf(
                """

                Almanac is at         %s
                Sign in as            ana@example.com, password %s
                                      (also ben@example.com, tess@school.example, ada@admin.example;
                                      nora@example.com is not invited%s)
                Make things go wrong  %s/

                """,
                url,
                sandbox.password(),
                sandbox.settings().containsKey("LEGACY_USER_QUERY")
                        ? ";\n                                      from the old store "
                                + String.join(", ", LegacyDatabase.MEMBERS)
                        : "",
                sandbox.controlUrl());
    }
}
