package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import app.almanac.invitations.Invitation.State;
import app.almanac.invitations.InvitationRows.Caller;
import app.almanac.invitations.InvitationRows.UnderWay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import sandbox.Database;

/**
 * Random histories of one inviter's codes (issue, reserve, undo, call, give back, consume, confirm, roll back, withdraw,
 * let time pass, crash, ask FusionAuth and get no answer; newcomers, and logins that come with several codes) against a simple model: after every step PostgreSQL shows what the model does, and in the end nobody
 * is in by a code that somebody else is in by, and nobody is in without one.
 */
class HistoryTests {

    private static final List<String> PEOPLE = List.of("a@example.com", "b@example.com", "c@example.com");
    private static final List<String> WITH_LOGINS = List.of("x@example.com", "y@example.com");
    private static final int LIFE = 3000;
    private static final int RESERVED = 600;

    private static Database database;
    private static JdbcClient jdbc;
    private static InvitationRows rows;

    @BeforeAll
    static void start() {
        database = Database.migrated();
        jdbc = JdbcClient.create(database.dataSource());
        rows = new InvitationRows(jdbc);
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    /** The model: what a code is, with times in seconds left. */
    private static final class Model {

        State state = State.OPEN;
        boolean consumed;
        int lifeLeft = LIFE;
        int reservedLeft;
        int calls;

        @Nullable
        String email;

        @Nullable
        PersonId invitee;

        boolean isFree() {
            return state == State.OPEN || (state == State.RESERVED && invitee == null && reservedLeft <= 0);
        }

        boolean isHeldBy(String who) {
            return state == State.RESERVED && !consumed && who.equals(email) && (lifeLeft > 0 || reservedLeft > 0);
        }

        State shown() {
            if (state == State.REDEEMED || state == State.WITHDRAWN) {
                return state;
            }
            if (state == State.RESERVED && (invitee != null || reservedLeft > 0)) {
                return State.RESERVED;
            }
            return lifeLeft > 0 ? State.OPEN : State.EXPIRED;
        }

        void free() {
            state = State.OPEN;
            consumed = false;
            email = null;
            invitee = null;
            calls = 0;
            reservedLeft = 0;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyHistoryIsOneThatTheModelAllows(long seed) {
        var random = new Random(seed);
        var inviter = new PersonId(UUID.randomUUID());
        jdbc.sql("INSERT INTO inviter (person_id) VALUES (:id)")
                .param("id", inviter.value())
                .update();
        var models = new HashMap<InviteCode, Model>();
        var atFusionAuth = new HashMap<PersonId, InviteCode>();
        var logins = WITH_LOGINS.stream()
                .map(login -> new PersonId(UUID.randomUUID()))
                .toList();
        for (int step = 0; step < 400; step++) {
            if (models.isEmpty() || (models.size() < 6 && random.nextInt(10) == 0)) {
                rows.issue(inviter, Duration.ofSeconds(LIFE));
                rows.of(inviter).forEach(issued -> models.putIfAbsent(issued.code(), new Model()));
            }
            var codes = new ArrayList<>(models.keySet());
            codes.sort(java.util.Comparator.comparing(InviteCode::value));
            var code = codes.get(random.nextInt(codes.size()));
            var who = PEOPLE.get(random.nextInt(PEOPLE.size()));
            var what = random.nextInt(14);
            if (what < 9) {
                take(what, code, who, models, atFusionAuth, inviter, random);
            } else {
                takeMore(what, code, who, models, atFusionAuth, logins, random);
            }
            var shown = new HashMap<InviteCode, State>();
            rows.of(inviter).forEach(invitation -> shown.put(invitation.code(), invitation.state()));
            models.forEach((key, model) ->
                    assertThat(shown.get(key)).as("seed %d", seed).isEqualTo(model.shown()));
        }
        settle(models, atFusionAuth);
        var redeemed = rows.of(inviter).stream()
                .filter(invitation -> invitation.state() == State.REDEEMED)
                .map(invitation -> Objects.requireNonNull(invitation.invitee()))
                .toList();
        assertThat(redeemed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(atFusionAuth.keySet());
    }

    private static void take(
            int what,
            InviteCode code,
            String who,
            Map<InviteCode, Model> models,
            Map<PersonId, InviteCode> atFusionAuth,
            PersonId inviter,
            Random random) {
        var model = Objects.requireNonNull(models.get(code));
        switch (what) {
            case 0, 1 -> hosted(code, who, model);
            case 2 -> hostedUser(code, who, model, atFusionAuth, random);
            case 3, 4 -> joinPage(code, who, model, atFusionAuth, random);
            case 5 -> {
                var may = model.invitee == null
                        && List.of(State.OPEN, State.RESERVED).contains(model.shown());
                assertThat(rows.withdraw(inviter, idOf(code))).isEqualTo(may);
                if (may) {
                    model.free();
                    model.state = State.WITHDRAWN;
                }
            }
            case 6 -> pass(random.nextInt(400), models, inviter);
            case 7 -> repair(models, atFusionAuth);
            default -> {
                rows.forgetLapsed();
                models.values().forEach(each -> {
                    if (each.state == State.RESERVED && each.invitee == null && each.reservedLeft <= 0) {
                        each.free();
                    }
                });
            }
        }
    }

    private static void takeMore(
            int what,
            InviteCode code,
            String who,
            Map<InviteCode, Model> models,
            Map<PersonId, InviteCode> atFusionAuth,
            List<PersonId> logins,
            Random random) {
        var model = Objects.requireNonNull(models.get(code));
        switch (what) {
            case 9, 10 -> {
                var which = random.nextInt(logins.size());
                comeWithALogin(code, WITH_LOGINS.get(which), logins.get(which), models, atFusionAuth, random);
            }
            case 11 -> comeAgain(code, models, atFusionAuth);
            case 12 -> {
                if (model.invitee != null && model.state == State.RESERVED) {
                    rows.later(underWay(code, model.invitee));
                    model.reservedLeft = model.reservedLeft <= 0 ? 60 : model.reservedLeft;
                }
            }
            default -> {
                if (model.isFree() && model.lifeLeft > 0) {
                    var told = rows.reserve(code, who, far(), null).orElseThrow();
                    var renewed = random.nextBoolean();
                    if (renewed) {
                        assertThat(rows.reserve(code, who, far(), null)).isPresent();
                        reserved(model, who, null, 0);
                    } else {
                        model.free();
                    }
                    rows.unreserve(told, who);
                }
            }
        }
    }

    /** Somebody with a login, whom FusionAuth registers, or has registered already by another of their codes. */
    private static void comeWithALogin(
            InviteCode code,
            String who,
            PersonId login,
            Map<InviteCode, Model> models,
            Map<PersonId, InviteCode> atFusionAuth,
            Random random) {
        var model = Objects.requireNonNull(models.get(code));
        var mine = model.isHeldBy(who);
        var may = (model.isFree() && model.lifeLeft > 0) || mine;
        var held = rows.reserve(code, who, far(), new Caller(login));
        assertThat(held.isPresent()).isEqualTo(may);
        if (!may) {
            return;
        }
        reserved(model, who, login, (mine ? model.calls : 0) + 1);
        var isRegistered = atFusionAuth.containsKey(login);
        var made = !isRegistered && random.nextBoolean();
        if (made) {
            atFusionAuth.put(login, code);
        }
        if (random.nextInt(3) == 0) {
            return; // a crash, or an answer that got lost
        }
        if (made) {
            assertThat(rows.redeem(code, who, login)).isPresent();
            redeemed(model, login);
        } else if (isRegistered) {
            found(code, login, models);
        } else {
            rows.giveBack(held.orElseThrow().id(), login);
            model.calls--;
            if (model.calls == 0) {
                model.free();
            }
        }
    }

    /** The same address comes again after its registration seemed done, and FusionAuth is asked about it. */
    private static void comeAgain(
            InviteCode code, Map<InviteCode, Model> models, Map<PersonId, InviteCode> atFusionAuth) {
        var model = Objects.requireNonNull(models.get(code));
        if (model.consumed && model.invitee != null && model.state == State.RESERVED) {
            if (atFusionAuth.containsKey(model.invitee)) {
                found(code, model.invitee, models);
            } else {
                rows.takenBack(underWay(code, model.invitee));
                model.consumed = false;
            }
        }
    }

    /** FusionAuth has the user: this code is spent unless they came, or may have come, by another one. */
    private static void found(InviteCode code, PersonId user, Map<InviteCode, Model> models) {
        var model = Objects.requireNonNull(models.get(code));
        var byAnother = models.values().stream()
                .anyMatch(other -> other != model
                        && user.equals(other.invitee)
                        && (other.state == State.RESERVED || other.state == State.REDEEMED));
        assertThat(rows.found(underWay(code, user), user, null)).isPresent();
        if (byAnother) {
            model.free();
        } else {
            redeemed(model, user);
        }
    }

    private static UnderWay underWay(InviteCode code, PersonId invitee) {
        return new UnderWay(idOf(code), code, invitee, null);
    }

    /** The lambda reserves. */
    private static void hosted(InviteCode code, String who, Model model) {
        var may = (model.isFree() && model.lifeLeft > 0) || model.isHeldBy(who);
        var held = rows.reserve(code, who, far(), null).isPresent();
        assertThat(held).isEqualTo(may);
        if (may) {
            reserved(model, who, model.isHeldBy(who) ? model.invitee : null, model.isHeldBy(who) ? model.calls : 0);
        }
    }

    /** FusionAuth's event inside the transaction, which then commits, with or without telling us, or rolls back. */
    private static void hostedUser(
            InviteCode code, String who, Model model, Map<PersonId, InviteCode> atFusionAuth, Random random) {
        if (model.invitee != null && atFusionAuth.containsKey(model.invitee)) {
            return; // the address has a user already: FusionAuth itself refuses
        }
        var user = new PersonId(UUID.randomUUID());
        var may = model.state == State.RESERVED && !model.consumed && who.equals(model.email) && model.reservedLeft > 0;
        assertThat(rows.consume(code, who, user)).isEqualTo(may);
        if (!may) {
            return;
        }
        model.consumed = true;
        model.invitee = user;
        model.reservedLeft = RESERVED;
        if (random.nextInt(3) > 0) {
            atFusionAuth.put(user, code);
            if (random.nextBoolean()) {
                assertThat(rows.redeem(code, who, user)).isPresent();
                redeemed(model, user);
            }
            assertThat(rows.consume(code, who, user)).as("the same event again").isTrue();
        }
    }

    /** The join page reserves with an id, then FusionAuth makes the user or not, and the answer comes or is lost. */
    private static void joinPage(
            InviteCode code, String who, Model model, Map<PersonId, InviteCode> atFusionAuth, Random random) {
        var id = registrationId(code);
        var mine = model.isHeldBy(who) && (model.invitee == null || model.invitee.equals(id));
        var may = (model.isFree() && model.lifeLeft > 0) || mine;
        var held = rows.reserve(code, who, far(), new Caller(null));
        assertThat(held.isPresent()).isEqualTo(may);
        if (!may) {
            return;
        }
        reserved(model, who, id, (mine ? model.calls : 0) + 1);
        var exists = atFusionAuth.containsKey(id);
        var made = !exists && random.nextBoolean();
        if (made) {
            atFusionAuth.put(id, code);
        }
        if (random.nextInt(3) == 0) {
            return; // a crash, or an answer that got lost
        }
        if (made || exists) {
            assertThat(rows.redeem(code, who, id)).isPresent();
            redeemed(model, id);
        } else {
            rows.giveBack(held.orElseThrow().id(), id);
            model.calls--;
            if (model.calls == 0) {
                model.free();
            }
        }
    }

    private static void repair(Map<InviteCode, Model> models, Map<PersonId, InviteCode> atFusionAuth) {
        for (var overdue : rows.overdue(100)) {
            var code = codeOf(overdue.id());
            var model = models.get(code);
            if (model == null) {
                continue; // of another history
            }
            assertThat(model.reservedLeft).isLessThanOrEqualTo(0);
            if (atFusionAuth.containsKey(overdue.invitee())) {
                found(code, overdue.invitee(), models);
            } else {
                rows.notFound(overdue);
                model.free();
            }
        }
    }

    private static void settle(Map<InviteCode, Model> models, Map<PersonId, InviteCode> atFusionAuth) {
        jdbc.sql("UPDATE invitation SET reserved_until = clock_timestamp() WHERE reserved_until IS NOT NULL")
                .update();
        models.values().forEach(model -> model.reservedLeft = Math.min(model.reservedLeft, 0));
        repair(models, atFusionAuth);
        assertThat(rows.overdue(100).stream().map(UnderWay::id).map(HistoryTests::codeOf))
                .noneMatch(models::containsKey);
    }

    private static void reserved(Model model, String who, @Nullable PersonId invitee, int calls) {
        model.state = State.RESERVED;
        model.consumed = false;
        model.email = who;
        model.reservedLeft = model.lifeLeft > 0 ? RESERVED : model.reservedLeft;
        model.invitee = invitee;
        model.calls = calls;
    }

    private static void redeemed(Model model, PersonId by) {
        model.free();
        model.state = State.REDEEMED;
        model.invitee = by;
    }

    private static void pass(int seconds, Map<InviteCode, Model> models, PersonId inviter) {
        jdbc.sql("""
                        UPDATE invitation SET expires_at = expires_at - :s * interval '1 second',
                            reserved_until = reserved_until - :s * interval '1 second'
                        WHERE inviter_id = :inviter
                        """).param("s", seconds).param("inviter", inviter.value()).update();
        models.values().forEach(model -> {
            model.lifeLeft -= seconds;
            model.reservedLeft -= seconds;
        });
    }

    private static Instant far() {
        return Instant.now().plusSeconds(60);
    }

    private static UUID idOf(InviteCode code) {
        return jdbc.sql("SELECT id FROM invitation WHERE code = :code")
                .param("code", code.value())
                .query(UUID.class)
                .single();
    }

    private static PersonId registrationId(InviteCode code) {
        return new PersonId(jdbc.sql("SELECT registration_id FROM invitation WHERE code = :code")
                .param("code", code.value())
                .query(UUID.class)
                .single());
    }

    private static InviteCode codeOf(UUID id) {
        return new InviteCode(jdbc.sql("SELECT code FROM invitation WHERE id = :id")
                .param("id", id)
                .query(String.class)
                .single());
    }
}
