package app.almanac.fusionauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.FusionAuthSettings.Edition;
import java.net.URI;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sandbox.FaultProxy;
import sandbox.FaultProxy.Fault;

/** More ids than one search takes. */
class ManyMembersTests {

    @Test
    void asManySearchesAreMadeAsItTakesSoThatNobodyIsTakenForGone() {
        try (var fusionAuth = new FaultProxy(URI.create("http://localhost:1"))) {
            fusionAuth.breaking(call -> true, Fault.status(200, "", "{\"total\":0}"));
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
            var caller = new FusionAuthCaller(settings);
            var members = new Members(caller, new Users(caller, settings), settings);
            var ids = Stream.generate(UUID::randomUUID)
                    .limit(2 * Members.MOST + 1)
                    .map(PersonId::new)
                    .toList();

            assertThat(members.known(ids)).isPresent();
            assertThat(fusionAuth.count("/api/user/search")).isEqualTo(3);
        }
    }
}
