package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthSettings.Edition;
import io.fusionauth.client.FusionAuthClient;
import io.fusionauth.domain.User;
import io.fusionauth.domain.UserRegistration;
import io.fusionauth.domain.api.user.RegistrationRequest;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import sandbox.Sandbox;

/**
 * A FusionAuth to try the gateway against. {@code admin} has a key that may do everything: it makes the users of a test,
 * whom the gateway's own key cannot remove.
 */
record Peer(FusionAuthSettings settings, FusionAuthClient admin, Runnable ends) {

    static final String ADDRESS = "FUSIONAUTH_CONTRACT_URL";

    static Peer sandbox() {
        return sandbox("community");
    }

    static Peer sandbox(String edition) {
        var sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:1"), edition);
        var settings = sandbox.settings();
        return of(
                Objects.requireNonNull(settings.get("FUSIONAUTH_URL")),
                Objects.requireNonNull(settings.get("FUSIONAUTH_API_KEY")),
                sandbox.bootstrapKey(),
                sandbox::close);
    }

    /** One that was set up with the project's kickstart, and both of its keys. */
    static Peer real() {
        return of(env(ADDRESS), env("FUSIONAUTH_CONTRACT_API_KEY"), env("FUSIONAUTH_CONTRACT_BOOTSTRAP_KEY"), () -> {});
    }

    private static Peer of(String address, String key, String adminKey, Runnable ends) {
        var settings = new FusionAuthSettings(
                URI.create(address),
                URI.create(address),
                address,
                UUID.fromString("a1a2a3a4-0000-4000-8000-000000000001"),
                UUID.fromString("a1a2a3a4-0000-4000-8000-000000000002"),
                UUID.fromString("a1a2a3a4-0000-4000-8000-000000000003"),
                "not used",
                key,
                Edition.COMMUNITY);
        var admin = new FusionAuthClient(adminKey, address, settings.tenantId().toString());
        return new Peer(settings, admin, ends);
    }

    private static String env(String name) {
        return Objects.requireNonNull(System.getenv(name), name + " is missing");
    }

    FusionAuthCaller caller() {
        return new FusionAuthCaller(settings);
    }

    /** A new user who is registered with these roles; {@link #remove} takes them away again. */
    PersonId person(Set<String> roles) {
        var id = UUID.randomUUID();
        var user = new User();
        user.email = id + "@contract.example";
        user.password = UUID.randomUUID().toString();
        user.fullName = "Contract Test";
        var registration = new UserRegistration();
        registration.applicationId = settings.applicationId();
        registration.roles.addAll(roles);
        var answer = admin.register(id, new RegistrationRequest(null, user, registration));
        if (!answer.wasSuccessful()) {
            throw new IllegalStateException("no user could be made: " + answer.status);
        }
        return new PersonId(id);
    }

    void remove(PersonId person) {
        admin.deleteUser(person.value());
    }

    void close() {
        ends.run();
    }
}
