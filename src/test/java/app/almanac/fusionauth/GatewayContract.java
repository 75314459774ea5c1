package app.almanac.fusionauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import app.almanac.Wait;
import app.almanac.fusionauth.IdentityProviderLinks.Written;
import app.almanac.upstream.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
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
    private final RegistrationRoles roles;
    private final Members members;
    private final UserSearch search;
    private final UserData data;
    private final UserRegistrations registrations;
    private PersonId ana = new PersonId(new UUID(0, 0));
    private PersonId ben = new PersonId(new UUID(0, 0));
    private String sub = "";

    GatewayContract(Peer peer) {
        this.peer = peer;
        links = new IdentityProviderLinks(peer.caller(), peer.settings());
        users = new Users(peer.caller(), peer.settings());
        refreshTokens = new RefreshTokens(peer.caller(), peer.settings());
        roles = new RegistrationRoles(new JsonCaller(peer.settings()), peer.settings());
        members = new Members(peer.caller(), users, peer.settings());
        search = new UserSearch(peer.caller(), users);
        data = new UserData(new JsonCaller(peer.settings()));
        registrations = new UserRegistrations(new JsonCaller(peer.settings()), peer.settings());
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
        assertThat(links.of(ana)).isEqualTo(new LinksAnswer.Known(List.of()));
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
        assertThat(links.of(ben)).isEqualTo(new LinksAnswer.Known(List.of()));
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
    void rolesAndTheNoteOfThoseThatRulesGaveAreGivenAndTakenAway() {
        assertThat(written(ana, Set.of("user", "admin"), Set.of("admin"))).isInstanceOf(RolesWritten.Written.class);
        assertThat(registration(ana).roles()).containsExactlyInAnyOrder("user", "admin");
        assertThat(RegistrationRoles.byDomain(registration(ana))).containsExactly("admin");

        assertThat(written(ana, Set.of("user"), Set.of())).isInstanceOf(RolesWritten.Written.class);
        assertThat(registration(ana).roles()).containsExactly("user");
        assertThat(RegistrationRoles.byDomain(registration(ana))).isEmpty();
    }

    @Test
    void rolesAreWrittenByPuttingTheWholeRegistrationBackToo() {
        assertThat(roles.putBack(ana, Set.of("user", "admin"), Set.of("admin")))
                .isInstanceOf(RolesWritten.Written.class);

        assertThat(registration(ana).roles()).containsExactlyInAnyOrder("user", "admin");
        assertThat(RegistrationRoles.byDomain(registration(ana))).containsExactly("admin");
        assertThat(roles.putBack(ana, Set.of("no-such-role"), Set.of())).isInstanceOf(RolesWritten.UnknownRole.class);
    }

    @Test
    void aRoleThatTheApplicationDoesNotDefineIsRefusedAndTheOthersStay() {
        assertThat(written(ana, Set.of("user", "no-such-role"), Set.of())).isInstanceOf(RolesWritten.UnknownRole.class);

        assertThat(registration(ana).roles()).containsExactlyInAnyOrder("user", "teacher");
    }

    @Test
    void whoIsNobodyHasNoRolesToWrite() {
        assertThat(written(new PersonId(UUID.randomUUID()), Set.of("user"), Set.of()))
                .isInstanceOf(RolesWritten.NotRegistered.class);
    }

    @Test
    void membersAreFoundByIdAndByTheirWholeAddressAtOnceAndBySearchSoon() {
        assertThat(Wait.until(() -> members.known(List.of(ana, ben)), Optional::isPresent))
                .hasValueSatisfying(known -> assertThat(known).containsOnlyKeys(ana, ben));
        assertThat(Wait.until(() -> members.with(ana + "@contract.example"), MembersAnswer.Found.class::isInstance))
                .satisfies(answer -> assertThat(found(answer)).containsExactly(ana));

        Wait.until(() -> found(members.all()), everybody -> everybody.containsAll(Set.of(ana, ben)));
    }

    private RolesWritten written(PersonId person, Set<String> names, Set<String> byDomain) {
        return Wait.until(
                () -> roles.write(person, names, byDomain), result -> !(result instanceof RolesWritten.Unavailable));
    }

    private static Set<PersonId> found(MembersAnswer answer) {
        return answer instanceof MembersAnswer.Found(var listed, var complete)
                ? listed.stream().map(User::id).collect(Collectors.toSet())
                : Set.of();
    }

    private User.Registration registration(PersonId person) {
        return Wait.until(() -> users.byId(person), UserAnswer.Known.class::isInstance)
                        instanceof UserAnswer.Known(var user)
                ? Objects.requireNonNull(user.registration())
                : fail("nobody");
    }

    @Test
    void aKeyOfUserDataIsReplacedAndItsHolderIsFoundSoon() {
        var former = "former" + code();
        var code = "later" + code();

        assertThat(data.put(ana, "inviteCodes", List.of(Map.of("invcode", former))))
                .isEqualTo(UserData.Written.WRITTEN);
        assertThat(data.put(ana, "inviteCodes", List.of(Map.of("invcode", code))))
                .isEqualTo(UserData.Written.WRITTEN);

        Wait.until(() -> people(search.holding(code)).equals(Set.of(ana)));
        assertThat(people(search.holding(former))).isEmpty();
        assertThat(data.put(new PersonId(UUID.randomUUID()), "inviteCode", code))
                .isEqualTo(UserData.Written.ABSENT);
    }

    @Test
    void whoCameWithACodeIsFoundByWhenTheyCame() {
        data.put(ana, "inviteCode", code());

        Wait.until(() -> people(search.invitedSince(Instant.now().minus(Duration.ofMinutes(5))))
                .contains(ana));
        assertThat(people(search.invitedSince(Instant.now().plus(Duration.ofMinutes(5)))))
                .isEmpty();
    }

    @Test
    void aNewcomerIsRegisteredOnceUnderTheIdThatWasChosen() {
        var id = new PersonId(UUID.randomUUID());
        var newcomer = new NewUser(id + "@contract.example", new Secret(code()), "Contract Test", "");
        try {
            assertThat(registrations.create(id, newcomer)).isInstanceOf(RegistrationAnswer.Registered.class);

            assertThat(registration(id).roles()).contains("user");
            assertThat(registrations.create(new PersonId(UUID.randomUUID()), newcomer))
                    .isInstanceOf(RegistrationAnswer.Refused.class);
        } finally {
            peer.remove(id);
        }
    }

    @Test
    void somebodyOfTheTenantIsRegisteredAndHasTheDefaultRole() {
        peer.admin().deleteRegistration(ben.value(), peer.settings().applicationId());

        assertThat(registrations.add(ben)).isInstanceOf(RegistrationAnswer.Registered.class);

        assertThat(registration(ben).roles()).contains("user");
    }

    private static String code() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static Set<PersonId> people(UserSearch.Found found) {
        return found instanceof UserSearch.Found.Some(var list)
                ? list.stream().map(User::id).collect(Collectors.toSet())
                : Set.of();
    }

    @Test
    void whoHasNeverSignedInHasNoRefreshTokensAndOneThatNobodyHasIsGone() {
        assertThat(refreshTokens.of(ana)).isEqualTo(new RefreshTokensAnswer.Known(List.of()));
        assertThat(refreshTokens.presence(UUID.randomUUID())).isEqualTo(RefreshTokens.Presence.GONE);
    }

    @Test
    void revokingARefreshTokenThatIsNotThereIsFine() {
        assertThat(refreshTokens.revoke(UUID.randomUUID())).isTrue();
    }
}
