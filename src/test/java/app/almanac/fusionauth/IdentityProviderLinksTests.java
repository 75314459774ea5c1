package app.almanac.fusionauth;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.FusionAuthSettings.Edition;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A FusionAuth that answers links that were not asked for: our key may read everybody's. */
class IdentityProviderLinksTests {

    private static final UUID TENANT = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000001");
    private static final UUID PROVIDER = UUID.fromString("a1a2a3a4-0000-4000-8000-000000000003");
    private static final PersonId ANA = PersonId.of("c0000000-0000-4000-8000-000000000001");
    private static final PersonId BEN = PersonId.of("c0000000-0000-4000-8000-000000000002");
    private static final UUID ANOTHER = UUID.fromString("f0000000-0000-4000-8000-000000000009");

    private final WireMockServer fusionAuth =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    @BeforeEach
    void start() {
        fusionAuth.start();
    }

    @AfterEach
    void stop() {
        fusionAuth.stop();
    }

    @ParameterizedTest(name = "another {0}")
    @CsvSource({
        "user, c0000000-0000-4000-8000-000000000002, a1a2a3a4-0000-4000-8000-000000000001, a1a2a3a4-0000-4000-8000-000000000003",
        "tenant, c0000000-0000-4000-8000-000000000001, f0000000-0000-4000-8000-000000000009, a1a2a3a4-0000-4000-8000-000000000003",
        "provider, c0000000-0000-4000-8000-000000000001, a1a2a3a4-0000-4000-8000-000000000001, f0000000-0000-4000-8000-000000000009"
    })
    void aLinkOfAnotherIsDroppedFromWhatIsAPersonsAndTheirOwnStays(String what, UUID user, UUID tenant, UUID provider) {
        answering("{\"identityProviderLinks\":[%s,%s]}"
                .formatted(link("foreign", user, tenant, provider), link("own", ANA.value(), TENANT, PROVIDER)));

        assertThat(links().of(ANA))
                .isInstanceOfSatisfying(
                        LinksAnswer.Known.class,
                        known -> assertThat(known.links())
                                .extracting(IdentityProviderLink::googleSub)
                                .containsExactly("own"));
    }

    @Test
    void whoseAGoogleAccountIsNobodyKnowsWhereTheAnswerIsAboutAnotherTenantProviderOrAccount() {
        for (var foreign : List.of(
                link("asked", BEN.value(), ANOTHER, PROVIDER),
                link("asked", BEN.value(), TENANT, ANOTHER),
                link("another", BEN.value(), TENANT, PROVIDER))) {
            answering("{\"identityProviderLink\":" + foreign + "}");

            assertThat(links().ownerOf("asked")).as(foreign).isInstanceOf(LinkOwner.Unavailable.class);
        }
        answering("{\"identityProviderLink\":" + link("asked", BEN.value(), TENANT, PROVIDER) + "}");
        assertThat(links().ownerOf("asked"))
                .isInstanceOfSatisfying(
                        LinkOwner.Somebody.class,
                        owner -> assertThat(owner.link().person()).isEqualTo(BEN));
    }

    @Test
    void whereverARedirectLeadsItIsNotFollowed() {
        answering("{\"identityProviderLinks\":[" + link("own", ANA.value(), TENANT, PROVIDER) + "]}");
        fusionAuth.stubFor(any(urlPathEqualTo("/api/identity-provider/link"))
                .willReturn(temporaryRedirect(fusionAuth.baseUrl() + "/elsewhere")));

        assertThat(links().of(ANA)).isInstanceOf(LinksAnswer.Unavailable.class);

        fusionAuth.verify(1, anyRequestedFor(anyUrl()));
    }

    private void answering(String json) {
        fusionAuth.stubFor(any(anyUrl()).willReturn(okJson(json)));
    }

    private static String link(String sub, UUID user, UUID tenant, UUID provider) {
        return """
                {"identityProviderId":"%s","identityProviderUserId":"%s","userId":"%s","tenantId":"%s","displayName":"x","token":"1//x"}""".formatted(provider, sub, user, tenant);
    }

    private IdentityProviderLinks links() {
        var settings = new FusionAuthSettings(
                URI.create(fusionAuth.baseUrl()),
                URI.create(fusionAuth.baseUrl()),
                fusionAuth.baseUrl(),
                TENANT,
                UUID.fromString("a1a2a3a4-0000-4000-8000-000000000002"),
                PROVIDER,
                "not used",
                "key",
                Edition.COMMUNITY);
        return new IdentityProviderLinks(new FusionAuthCaller(settings), settings);
    }
}
