package app.almanac.fusionauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.IdentityProviderLinks.Written;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What Almanac relies on of FusionAuth's links, users and refresh tokens, whoever answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GatewayContract {

    private final Peer peer;
    private final IdentityProviderLinks links;
    private final Users users;
    private final RefreshTokens refreshTokens;
    private PersonId ana = new PersonId(new UUID(0, 0));
    private PersonId ben = new PersonId(new UUID(0, 0));
    private String sub = "";

    GatewayContract(Peer peer) {
        this.peer = peer;
        links = new IdentityProviderLinks(peer.caller(), peer.settings());
        users = new Users(peer.caller(), peer.settings());
        refreshTokens = new RefreshTokens(peer.caller(), peer.settings());
    }

    @BeforeAll
    void isThere() {
        assertThat(peer.admin().retrieveSystemStatus().status).isEqualTo(200);
    }

    @AfterAll
    void close() {
        peer.close();
    }

    @BeforeEach
    void people() {
        ana = peer.person(Set.of("user", "teacher"));
        ben = peer.person(Set.of("user"));
        sub = UUID.randomUUID().toString();
    }

    @AfterEach
    void nobody() {
        links.delete(ana, sub);
        links.delete(ben, sub);
        peer.remove(ana);
        peer.remove(ben);
    }

    @Test
    void somebodyWithoutLinksHasNone() {
        assertThat(links.of(ana)).isEqualTo(new LinksAnswer.Known(java.util.List.of()));
        assertThat(links.ownerOf(sub)).isInstanceOf(LinkOwner.Nobody.class);
    }

    @Test
    void aLinkThatIsWrittenIsReadBackWithItsToken() {
        assertThat(links.write(ana, sub, "ana@gmail.example", new Secret("1//first")))
                .isEqualTo(Written.WRITTEN);

        assertThat(links.of(ana))
                .isInstanceOfSatisfying(
                        LinksAnswer.Known.class,
                        known -> assertThat(known.links()).singleElement().satisfies(link -> {
                            assertThat(link.googleSub()).isEqualTo(sub);
                            assertThat(link.person()).isEqualTo(ana);
                            assertThat(link.displayName()).isEqualTo("ana@gmail.example");
                            assertThat(link.token()).isEqualTo(new Secret("1//first"));
                        }));
    }

    /** Whether POST of an existing link replaces, keeps or refuses: the link holds the newer token in the end. */
    @Test
    void writingALinkAgainReplacesItsToken() {
        links.write(ana, sub, "ana@gmail.example", new Secret("1//first"));

        assertThat(links.write(ana, sub, "ana@gmail.example", new Secret("1//second")))
                .isEqualTo(Written.WRITTEN);

        assertThat(links.ownerOf(sub))
                .isInstanceOfSatisfying(
                        LinkOwner.Somebody.class,
                        owner -> assertThat(owner.link().token()).isEqualTo(new Secret("1//second")));
    }

    @Test
    void anotherPersonsLinkIsNeitherTakenNorTouched() {
        links.write(ana, sub, "ana@gmail.example", new Secret("1//anas"));

        assertThat(links.write(ben, sub, "ana@gmail.example", new Secret("1//bens")))
                .isEqualTo(Written.BELONGS_TO_ANOTHER);

        assertThat(links.ownerOf(sub)).isInstanceOfSatisfying(LinkOwner.Somebody.class, owner -> {
            assertThat(owner.link().person()).isEqualTo(ana);
            assertThat(owner.link().token()).isEqualTo(new Secret("1//anas"));
        });
        assertThat(links.of(ben)).isEqualTo(new LinksAnswer.Known(java.util.List.of()));
    }

    @Test
    void aDeletedLinkIsGoneAndDeletingItAgainIsFine() {
        links.write(ana, sub, "ana@gmail.example", new Secret("1//first"));

        assertThat(links.delete(ana, sub)).isTrue();
        assertThat(links.delete(ana, sub)).isTrue();

        assertThat(links.ownerOf(sub)).isInstanceOf(LinkOwner.Nobody.class);
    }

    @Test
    void aUserIsReadWithRolesAndIsNeitherLockedNorAStranger() {
        assertThat(users.byId(ana)).isInstanceOfSatisfying(UserAnswer.Known.class, known -> {
            var user = known.user();
            assertThat(user.mayEnter()).isTrue();
            assertThat(user.email()).isEqualTo(ana + "@contract.example");
            assertThat(user.registration()).isNotNull().satisfies(registration -> {
                assertThat(registration.roles()).containsExactlyInAnyOrder("user", "teacher");
                assertThat(registration.since())
                        .isBetween(
                                Instant.now().minus(Duration.ofMinutes(5)),
                                Instant.now().plus(Duration.ofMinutes(5)));
            });
        });
    }

    @Test
    void aLockedUserMayNotEnter() {
        peer.admin().deactivateUser(ana.value());

        assertThat(users.byId(ana))
                .isInstanceOfSatisfying(
                        UserAnswer.Known.class,
                        known -> assertThat(known.user().mayEnter()).isFalse());
    }

    @Test
    void somebodyUnknownIsAbsent() {
        assertThat(users.byId(new PersonId(UUID.randomUUID()))).isInstanceOf(UserAnswer.Absent.class);
    }

    @Test
    void revokingARefreshTokenThatIsNotThereIsFine() {
        assertThat(refreshTokens.revoke(UUID.randomUUID())).isTrue();
    }
}
