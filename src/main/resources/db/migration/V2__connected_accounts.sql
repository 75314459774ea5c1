-- One row for each connected account: what stays when a link is being replaced or has vanished. It holds no token.
-- FusionAuth decides whose a Google account is; claimed_at lets two people's attempts at the same moment have one winner.
CREATE TABLE connected_account (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    google_sub VARCHAR(255) NOT NULL UNIQUE,
    email TEXT NOT NULL,
    colour SMALLINT NOT NULL CHECK (colour BETWEEN 1 AND 8),
    connected_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    claimed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX connected_account_person ON connected_account (person_id);

-- CONNECT_ROUTE=auto: present once the hosted route came back with nothing linked.
CREATE TABLE hosted_route_links_nothing (
    only_row BOOLEAN PRIMARY KEY DEFAULT true CHECK (only_row),
    seen_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
