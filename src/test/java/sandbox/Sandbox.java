package sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** FusionAuth, Google and PostgreSQL on loopback, and the settings with which Almanac finds them. */
public final class Sandbox implements AutoCloseable {

    /** Zero is any free port. */
    public record Ports(int fusionAuth, int google, int control) {

        public static final Ports ANY = new Ports(0, 0, 0);

        /** Three numbers with commas between them. */
        public static Ports of(String three) {
            var numbers = Arrays.stream(three.split(","))
                    .map(String::strip)
                    .map(Integer::valueOf)
                    .toList();
            return new Ports(numbers.get(0), numbers.get(1), numbers.get(2));
        }
    }

    /** What the licensed kickstart needs for each mode of invitations; .env.example tells operators the same. */
    private static final Map<String, Map<String, String>> INVITATIONS = Map.of(
            "strict", invitations("11", "15", "AbsoluteMajority"),
            "search", invitations("12", "15", "None"),
            "known", invitations("13", "15", "None"),
            "off", invitations("14", "16", "None"));

    private final FusionAuthStandIn fusionAuth;
    private final GoogleStandIn google;
    private final ControlPage control;
    private final Database database;
    private final @Nullable LegacyDatabase legacy;
    private final Map<String, String> settings = new LinkedHashMap<>();
    public static final String PLANTED = "planted";

    private final String password = "sandbox";
    private final String bootstrapKey = secret();

    private Sandbox(Ports ports, URI appUrl, Map<String, String> choices, Database database) {
        this.database = database;
        var edition = choices.getOrDefault("FUSIONAUTH_EDITION", "community");
        settings.put("APP_URL", appUrl.toString());
        settings.put("FUSIONAUTH_EDITION", edition);
        settings.put("ROLES_BY_DOMAIN", choices.getOrDefault("ROLES_BY_DOMAIN", "school.example=teacher"));
        settings.put("HOOK_TOKEN", secret());
        settings.put("LAMBDA_TOKEN", secret());
        settings.put("CONNECTOR_USERNAME", "fusionauth");
        settings.put("CONNECTOR_PASSWORD", secret());
        settings.put("SESSIONS_TOKEN", secret());
        settings.put(
                "SESSIONS_KEY",
                Base64.getEncoder().encodeToString(secret().substring(0, 32).getBytes(StandardCharsets.US_ASCII)));
        settings.put("FUSIONAUTH_CLIENT_SECRET", secret());
        settings.put("FUSIONAUTH_API_KEY", secret());
        settings.put("GOOGLE_CLIENT_ID", "sandbox.apps.googleusercontent.example");
        settings.put("GOOGLE_CLIENT_SECRET", secret());
        google = new GoogleStandIn(ports.google(), setting("GOOGLE_CLIENT_ID"), setting("GOOGLE_CLIENT_SECRET"));
        settings.put("GOOGLE_AUTHORIZATION_URL", google.authorizationUrl().toString());
        settings.put("GOOGLE_TOKEN_URL", google.url() + "/token");
        settings.put("GOOGLE_REVOCATION_URL", google.url() + "/revoke");
        settings.put("GOOGLE_JWKS_URL", google.url() + "/oauth2/v3/certs");
        settings.put("GOOGLE_ISSUER", google.url().toString());
        settings.put("GOOGLE_CALENDAR_URL", google.url().toString());
        var fusionAuthPort = ports.fusionAuth() == 0 ? freePort() : ports.fusionAuth();
        var fusionAuthUrl = "http://localhost:" + fusionAuthPort;
        settings.put("FUSIONAUTH_URL", fusionAuthUrl);
        settings.put("FUSIONAUTH_ISSUER", fusionAuthUrl);
        var environment = new LinkedHashMap<>(settings);
        environment.put("FUSIONAUTH_BOOTSTRAP_KEY", bootstrapKey);
        environment.put("GOOGLE_USERINFO_URL", google.url() + "/v1/userinfo");
        environment.put("CAST_PASSWORD", password);
        environment.put("FUSIONAUTH_LICENSE_ID", "sandbox");
        environment.put("ALMANAC_INTERNAL_URL", appUrl.toString());
        environment.put("EVENTS_URL", appUrl + "/fusionauth/events");
        environment.put("FUSIONAUTH_LAMBDA_KEY", secret());
        environment.put("CONNECTOR_MIGRATE", choices.getOrDefault("CONNECTOR_MIGRATE", "true"));
        environment.put("CONNECTOR_DOMAIN", "*");
        environment.put("INVITATIONS_KNOWN_CODES", choices.getOrDefault("INVITATIONS_KNOWN_CODES", ","));
        environment.putAll(INVITATIONS.getOrDefault(choices.getOrDefault("INVITATIONS_MODE", "strict"), Map.of()));
        if (choices.containsKey("INVITATIONS_TRANSACTION")) {
            environment.put("INVITATIONS_TRANSACTION", choices.getOrDefault("INVITATIONS_TRANSACTION", "None"));
        }
        fusionAuth =
                new FusionAuthStandIn(fusionAuthPort, Path.of("kickstart", edition, "kickstart.json"), environment);
        if (choices.getOrDefault("DEVICES_POLICY", "choose").equals("refuse")) {
            // The step that docs/fusionauth-setup.md asks of an operator who chooses this policy.
            fusionAuth.webhook(
                    URI.create(appUrl + "/fusionauth/events"),
                    setting("HOOK_TOKEN"),
                    List.of("user.login.success"),
                    List.of("jwt.refresh-token.revoke"));
        }
        legacy = edition.equals("licensed") ? LegacyDatabase.withMembers(password) : null;
        if (legacy != null) {
            settings.putAll(legacy.settings());
        }
        control = new ControlPage(ports.control(), fusionAuth, google, legacy, password);
        settings.put("DATABASE_URL", database.url());
        settings.put("DATABASE_USERNAME", "postgres");
        settings.put("DATABASE_PASSWORD", "postgres");
    }

    /** {@code edition} is {@code community} or {@code licensed}: which kickstart is executed. */
    public static Sandbox start(Ports ports, URI appUrl, String edition) {
        return start(ports, appUrl, Map.of("FUSIONAUTH_EDITION", edition));
    }

    /**
     * {@code choices} is what an operator chose for Almanac, as far as the kickstart has to follow: the edition, and how
     * invitations are decided.
     */
    public static Sandbox start(Ports ports, URI appUrl, Map<String, String> choices) {
        return new Sandbox(ports, appUrl, choices, Database.empty());
    }

    /** With a PostgreSQL that can be stopped without harm to others. */
    public static Sandbox startWithItsOwnDatabase(Ports ports, URI appUrl, Map<String, String> choices) {
        return new Sandbox(ports, appUrl, choices, Database.onItsOwnServer());
    }

    public static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FusionAuthStandIn fusionAuth() {
        return fusionAuth;
    }

    public GoogleStandIn google() {
        return google;
    }

    public Database database() {
        return database;
    }

    /** The old user store, which only the licensed edition can ask. */
    public LegacyDatabase legacy() {
        return Objects.requireNonNull(legacy, "connectors need the licensed edition");
    }

    public URI controlUrl() {
        return control.url();
    }

    /** The key with which the kickstart is executed: it may do everything. */
    public String bootstrapKey() {
        return bootstrapKey;
    }

    /** Everybody's. */
    public String password() {
        return password;
    }

    /** Almanac's environment, by the names of docs/contract.md. */
    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    private static Map<String, String> invitations(String lambda, String form, String transaction) {
        var id = "a1a2a3a4-0000-4000-8000-0000000000";
        return Map.of(
                "INVITATIONS_LAMBDA_ID", id + lambda,
                "INVITATIONS_FORM_ID", id + form,
                "INVITATIONS_TRANSACTION", transaction);
    }

    private String setting(String name) {
        return String.valueOf(settings.get(name));
    }

    /** Begins alike everywhere, so that a search of the logs of a whole test run finds any of them. */
    private static String secret() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return PLANTED + HexFormat.of().formatHex(bytes);
    }

    /** @throws IllegalStateException when a call to FusionAuth's API, or an answer, was not as FusionAuth describes it */
    @Override
    public void close() {
        control.close();
        fusionAuth.close();
        google.close();
        if (legacy != null) {
            legacy.close();
        }
        database.close();
        var violations = fusionAuth.violations();
        if (!violations.isEmpty()) {
            throw new IllegalStateException(String.join("\n", violations));
        }
    }
}
