package app.almanac.fusionauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.Wait;
import app.almanac.fusionauth.FusionAuthSettings.Edition;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.net.URI;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A FusionAuth that knows no merge-patch, or takes it for a plain PATCH, which only adds. */
class RegistrationRolesTests {

    private static final UUID OURS = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000002");
    private static final PersonId ANA = PersonId.of("c0000000-0000-4000-8000-000000000001");
    private static final String ADDRESS = "/api/user/registration/" + ANA;
    private static final String AS_IT_WAS = """
            {"registration":{"id":"r","applicationId":"%s","username":"ana","roles":["user","teacher"],
            "data":{"nickname":"A","rolesByDomain":["teacher"]}}}""".formatted(OURS);

    private final WireMockServer fusionAuth =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    /** Whether it answers, and does not do it. */
    private boolean unwilling = false;

    @BeforeEach
    void start() {
        fusionAuth.start();
        fusionAuth.stubFor(get(urlEqualTo(ADDRESS + "/" + OURS)).willReturn(okJson(AS_IT_WAS)));
    }

    @AfterEach
    void stop() {
        fusionAuth.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"registration\":{\"roles\":[\"user\",\"teacher\"]}}",
                "400 | {\"generalErrors\":[]}",
                "405 | ''",
                "415 | ''",
                "500 | ''"
            })
    void theWholeRegistrationIsPutBackWithTheRolesAloneChanged(int status, String body) {
        fusionAuth.stubFor(patch(urlEqualTo(ADDRESS))
                .willReturn(aResponse().withStatus(status).withBody(body)));
        fusionAuth.stubFor(put(urlEqualTo(ADDRESS)).willReturn(okJson("{\"registration\":{\"roles\":[\"user\"]}}")));

        assertThat(written("user")).isInstanceOf(RolesWritten.Written.class);

        fusionAuth.verify(putRequestedFor(urlEqualTo(ADDRESS)).withRequestBody(equalToJson("""
                {"registration":{"id":"r","applicationId":"%s","username":"ana","roles":["user"],
                "data":{"nickname":"A","rolesByDomain":[]}}}""".formatted(OURS))));
    }

    @Test
    void whereThatDoesNotTakeARoleAwayEitherNothingIsClaimed() {
        unwilling = true;
        fusionAuth.stubFor(patch(urlEqualTo(ADDRESS)).willReturn(okJson(AS_IT_WAS)));
        fusionAuth.stubFor(put(urlEqualTo(ADDRESS)).willReturn(okJson(AS_IT_WAS)));

        assertThat(written("user")).isInstanceOf(RolesWritten.Unavailable.class);
    }

    @Test
    void aRoleThatIsNotDefinedIsSaidToBeSoByEither() {
        fusionAuth.stubFor(patch(urlEqualTo(ADDRESS)).willReturn(aResponse().withStatus(415)));
        fusionAuth.stubFor(put(urlEqualTo(ADDRESS))
                .willReturn(aResponse()
                        .withStatus(400)
                        .withBody("{\"fieldErrors\":{\"registration.roles[0]\":[{\"code\":\"[invalid]\"}]}}")));

        assertThat(written("user", "owner")).isInstanceOf(RolesWritten.UnknownRole.class);
    }

    /** What came of it, once the whole way was gone: on a busy machine the first answers come too late. */
    private RolesWritten written(String... roles) {
        return Wait.until(
                () -> {
                    fusionAuth.resetRequests();
                    return roles().write(ANA, Set.of(roles), Set.of());
                },
                result -> !fusionAuth
                                .findAll(putRequestedFor(urlEqualTo(ADDRESS)))
                                .isEmpty()
                        && (result instanceof RolesWritten.Unavailable == unwilling));
    }

    private RegistrationRoles roles() {
        var address = URI.create(fusionAuth.baseUrl());
        var settings = new FusionAuthSettings(
                address,
                address,
                address.toString(),
                new UUID(0, 1),
                OURS,
                new UUID(0, 3),
                "not used",
                "a-key",
                Edition.COMMUNITY);
        return new RegistrationRoles(new JsonCaller(settings), settings);
    }
}
