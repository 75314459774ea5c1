-- Who has come over from the legacy store: the id that was derived, never a name
CREATE TABLE legacy_arrival (
    person_id uuid PRIMARY KEY,
    weak_hash boolean NOT NULL,
    times integer NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX legacy_arrival_first_at ON legacy_arrival (first_at);

-- Sign-ins that failed, for administrators; login is masked before it comes here
CREATE TABLE legacy_failure (
    login text NOT NULL,
    reason text NOT NULL,
    times integer NOT NULL,
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (login, reason)
);
