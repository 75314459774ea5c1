-- Everybody who is in, as inviters know each other: who let whom in, and whether their codes work. Name and address are
-- what FusionAuth said last; "working" is false for who is locked, deactivated or no longer registered there.
CREATE TABLE inviter (
    person_id UUID PRIMARY KEY,
    name TEXT,
    email TEXT,
    working BOOLEAN NOT NULL DEFAULT true,
    checked_at TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
    paused_at TIMESTAMPTZ,
    invited_by UUID REFERENCES inviter,
    joined_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    granted_at TIMESTAMPTZ,
    -- The projection into user.data: what is wanted, what was written, and who is writing it until when.
    wanted BIGINT NOT NULL DEFAULT 0,
    projected BIGINT NOT NULL DEFAULT 0,
    projecting_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
    compare_at TIMESTAMPTZ NOT NULL DEFAULT 'infinity'
);

CREATE INDEX inviter_invited_by ON inviter (invited_by);
CREATE INDEX inviter_to_project ON inviter (projecting_until) WHERE wanted > projected;
CREATE INDEX inviter_to_compare ON inviter (compare_at) WHERE compare_at < 'infinity';

-- The truth about every code. A reservation is for one e-mail address until a time; invitee_id is there from the moment
-- on from which FusionAuth may have made a user with this code, and only FusionAuth's word gives such a code back.
-- registration_id is the id of the user that the join page makes: the same at every try, so that FusionAuth's own key
-- lets only one be made. calls counts the join page's calls that have not come back.
CREATE TABLE invitation (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code ~ '^[0-9a-hjkmnp-tv-z]{16}$' AND code ~ '[a-z]'),
    inviter_id UUID NOT NULL REFERENCES inviter,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'reserved', 'consumed', 'redeemed', 'withdrawn')),
    registration_id UUID NOT NULL DEFAULT gen_random_uuid(),
    reserved_email TEXT,
    reserved_until TIMESTAMPTZ,
    calls INT NOT NULL DEFAULT 0,
    invitee_id UUID,
    ended_at TIMESTAMPTZ,
    CHECK ((state IN ('reserved', 'consumed')) = (reserved_until IS NOT NULL)),
    CHECK (state NOT IN ('consumed', 'redeemed') OR invitee_id IS NOT NULL)
);

CREATE INDEX invitation_inviter ON invitation (inviter_id);
CREATE INDEX invitation_under_way ON invitation (reserved_until) WHERE state IN ('reserved', 'consumed');
CREATE INDEX invitation_invitee ON invitation (invitee_id) WHERE invitee_id IS NOT NULL;
