package app.almanac.fusionauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.FusionAuthSettings.Edition;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;

/** What answers that are no yes say about whether somebody was registered. */
class UserRegistrationsTests {

    private final FaultProxy fusionAuth = new FaultProxy(URI.create("http://localhost:1"));

    @AfterEach
    void stop() {
        fusionAuth.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whereAlmanacsKeyIsNotTakenNobodyWasRegistered(int status) {
        fusionAuth.breaking(call -> true, Fault.status(status, "", "{}"));

        assertThat(registrations().add(new PersonId(UUID.randomUUID())))
                .isInstanceOf(RegistrationAnswer.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 429, 500, 503})
    void anAnswerThatDoesNotSayIsUnclear(int status) {
        fusionAuth.breaking(call -> true, status == 200 ? Fault.truncated() : Fault.status(status, "", "{}"));

        assertThat(registrations().add(new PersonId(UUID.randomUUID()))).isInstanceOf(RegistrationAnswer.Unclear.class);
    }

    private UserRegistrations registrations() {
        var settings = new FusionAuthSettings(
                fusionAuth.url(),
                fusionAuth.url(),
                fusionAuth.url().toString(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                "not used",
                "a key",
                Edition.COMMUNITY);
        return new UserRegistrations(new JsonCaller(settings), settings);
    }
}
