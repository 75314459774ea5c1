-- FusionAuth's registration says which roles somebody has; these tables say why. No e-mail address stands in them.

-- Roles that a rule gave: the only ones that are taken away again when no rule says so any more.
CREATE TABLE role_by_rule (
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    domain TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, role)
);

-- Roles that somebody gave by hand in Almanac: they stay whatever the rules say.
CREATE TABLE role_by_hand (
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    given_by UUID NOT NULL,
    since TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, role)
);

-- What Almanac changed: by a rule (domain) or by somebody's hand (by_person).
CREATE TABLE role_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    given BOOLEAN NOT NULL,
    domain TEXT,
    by_person UUID,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX role_change_person ON role_change (person_id, id);
