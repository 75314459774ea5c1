-- One row for each browser in which somebody is signed in, and for each refresh token that FusionAuth alone knows.
-- browser is the SHA-256 of the cookie that names the browser. Ended rows tell their session why, and are forgotten later.
CREATE TABLE device (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    refresh_token_id UUID UNIQUE,
    browser CHAR(64),
    state VARCHAR(8) NOT NULL CHECK (state IN ('live', 'waiting', 'ended')),
    given_name VARCHAR(40),
    user_agent VARCHAR(400),
    address VARCHAR(64),
    issued_at TIMESTAMPTZ NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    signed_in_at TIMESTAMPTZ NOT NULL,
    told_until TIMESTAMPTZ NOT NULL,
    end_reason VARCHAR(20),
    ended_by VARCHAR(120),
    ended_at TIMESTAMPTZ,
    CHECK ((state = 'ended') = (ended_at IS NOT NULL AND end_reason IS NOT NULL))
);

CREATE INDEX device_person ON device (person_id) WHERE state <> 'ended';
CREATE UNIQUE INDEX device_browser ON device (browser, person_id) WHERE state <> 'ended';
CREATE INDEX device_swept ON device (last_seen) WHERE state <> 'ended';
CREATE INDEX device_ended ON device (ended_at) WHERE state = 'ended';

-- Confirmed revocations stay for some minutes: listings from before they were confirmed still show their tokens.
ALTER TABLE refresh_token_revocation ADD confirmed_at TIMESTAMPTZ;
DROP INDEX refresh_token_revocation_due;
CREATE INDEX refresh_token_revocation_due ON refresh_token_revocation (next_try_at) WHERE confirmed_at IS NULL;
