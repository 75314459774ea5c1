-- Attempts to connect an account whose return has been taken, by the hash of their state, for an hour.
CREATE TABLE finished_attempt (
    state_hash CHAR(64) PRIMARY KEY,
    finished_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX finished_attempt_age ON finished_attempt (finished_at);
