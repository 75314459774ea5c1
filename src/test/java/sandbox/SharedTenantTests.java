package sandbox;

import static com.github.tomakehurst.wiremock.client.WireMock.noContent;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The licensed kickstart in a tenant with another application, whose people must not notice Almanac. */
class SharedTenantTests {

    private final WireMockServer almanac =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    @BeforeEach
    void start() {
        almanac.start();
        almanac.stubFor(post(urlEqualTo("/fusionauth/events")).willReturn(noContent()));
    }

    @AfterEach
    void stop() {
        almanac.stop();
    }

    @Test
    void peopleRegisterElsewhereWithoutAnyInvitation() {
        try (var sandbox = licensed("strict")) {
            assertThat(sandbox.fusionAuth().registersElsewhere(anybody())).isTrue();
        }
    }

    @Test
    void whereNothingIsTransactionalAlmanacMayBeDown() {
        try (var sandbox = licensed("search")) {
            almanac.stop();

            assertThat(sandbox.fusionAuth().registersElsewhere(anybody())).isTrue();
        }
    }

    @Test
    @EnabledIf("sandbox.Nginx#isHere")
    void inStrictTheGateLetsOthersPassWhileAlmanacIsDown(@TempDir Path directory) {
        try (var sandbox = licensed("strict");
                var gate = Nginx.gate(URI.create(almanac.baseUrl()), directory)) {
            sandbox.fusionAuth().sendEventsTo(gate.url().resolve("/fusionauth/events"));
            almanac.stop();

            assertThat(sandbox.fusionAuth().registersElsewhere(anybody())).isTrue();
            assertThat(sandbox.fusionAuth().registersForAlmanac(anybody())).isFalse();
        }
    }

    /** FusionAuth's rule, and why there is a gate: without it this is what a shared tenant would have to bear. */
    @Test
    void inStrictWithoutTheGateNobodyRegistersAnywhereWhileAlmanacIsDown() {
        try (var sandbox = licensed("strict")) {
            almanac.stop();

            assertThat(sandbox.fusionAuth().registersElsewhere(anybody())).isFalse();
        }
    }

    private Sandbox licensed(String mode) {
        return Sandbox.start(
                Sandbox.Ports.ANY,
                URI.create(almanac.baseUrl()),
                Map.of("FUSIONAUTH_EDITION", "licensed", "INVITATIONS_MODE", mode));
    }

    private static String anybody() {
        return UUID.randomUUID() + "@example.com";
    }
}
