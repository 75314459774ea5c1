package app.almanac.invitations;

import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.User;
import app.almanac.invitations.InvitationRows.UnderWay;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What changes codes and people together: granting, making, withdrawing, and what a finished registration leaves. */
@Component
class Invitations {

    /** What came of asking for one more code. */
    enum Issued {
        ISSUED,
        QUOTA_REACHED,
        /** Whoever takes codes back and makes new ones without end. */
        ENOUGH_FOR_TODAY,
        PAUSED
    }

    private static final Logger log = LoggerFactory.getLogger(Invitations.class);

    /** How many codes may be made anew within a day. */
    private static final int BEYOND_A_DAY = 20;

    private final InvitationRows rows;
    private final Inviters inviters;
    private final InvitationSettings settings;

    Invitations(InvitationRows rows, Inviters inviters, InvitationSettings settings) {
        this.rows = rows;
        this.inviters = inviters;
        this.settings = settings;
    }

    boolean isKnown(PersonId person) {
        return inviters.find(person).isPresent();
    }

    /** Somebody registered is here: they are known from now on, and have codes of their own, once. */
    @Transactional
    void arrived(PersonId person, @Nullable String name, @Nullable String email) {
        inviters.joined(person, name, email, null);
        grant(person);
    }

    /** FusionAuth has made this user with this code. Also where that is known already. */
    @Transactional
    void redeemed(InviteCode code, PersonId newcomer, @Nullable String name, @Nullable String email) {
        var inviter = rows.redeem(code, email, newcomer);
        inviter.ifPresent(inviters::changed);
        if (inviter.isEmpty()) {
            inviter = rows.inviterOf(code, newcomer);
        }
        if (inviter.isEmpty()) {
            // In mode "search" two people may use a code within the search engine's delay; in the others an
            // administrator may have let them in, or the code may have been withdrawn meanwhile.
            log.warn("Somebody was registered with a code that is not theirs");
            inviter = rows.look(code).map(look -> look.invitation().inviter());
        }
        inviters.joined(newcomer, name, email, inviter.orElse(null));
        grant(newcomer);
    }

    /** FusionAuth was asked about a registration of which nobody told us: it is there. */
    @Transactional
    void found(UnderWay underWay, User user) {
        var since = user.registration() == null ? null : user.registration().since();
        rows.found(underWay, user.id(), since).ifPresent(inviter -> {
            inviters.changed(inviter);
            var spent = rows.isSpentBy(underWay.code(), user.id());
            inviters.joined(user.id(), user.fullName(), user.email(), spent ? inviter : null);
            grant(user.id());
        });
    }

    /** FusionAuth was asked about a registration of which nobody told us: it is not there. */
    @Transactional
    void notFound(UnderWay overdue) {
        rows.notFound(overdue).ifPresent(inviters::changed);
    }

    boolean mayIssue(PersonId person) {
        return rows.counted(person) < settings.invitationsPerPerson();
    }

    @Transactional
    Issued issue(PersonId person, boolean beyondQuota) {
        inviters.joined(person, null, null, null);
        inviters.lock(person);
        if (inviters.find(person).orElseThrow().paused()) {
            return Issued.PAUSED;
        }
        if (grant(person)) {
            return Issued.ISSUED;
        }
        if (!beyondQuota && rows.counted(person) >= settings.invitationsPerPerson()) {
            return Issued.QUOTA_REACHED;
        }
        if (!beyondQuota && rows.madeToday(person) >= settings.invitationsPerPerson() + BEYOND_A_DAY) {
            return Issued.ENOUGH_FOR_TODAY;
        }
        rows.issue(person, settings.invitationsLife());
        inviters.changed(person);
        return Issued.ISSUED;
    }

    @Transactional
    boolean withdraw(PersonId person, UUID id) {
        var withdrawn = rows.withdraw(person, id);
        if (withdrawn) {
            inviters.changed(person);
        }
        return withdrawn;
    }

    /** Whether they have codes by this, for the first time. */
    private boolean grant(PersonId person) {
        if (!settings.personal() || !inviters.firstGrant(person)) {
            return false;
        }
        for (int i = 0; i < settings.invitationsPerPerson(); i++) {
            rows.issue(person, settings.invitationsLife());
        }
        inviters.changed(person);
        return settings.invitationsPerPerson() > 0;
    }
}
