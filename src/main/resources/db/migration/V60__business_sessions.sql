-- Sessions of other applications' people, where FusionAuth has no entities. The id is a UUIDv5 of the keyed hash of the
-- caller's identifier, which is nowhere in the clear; sealed holds it, the access token and the metadata (AES-GCM, by
-- the key that key_id names).
CREATE TABLE business_session (
    id UUID PRIMARY KEY,
    identifier_hash TEXT NOT NULL,
    user_id UUID NOT NULL,
    indicator TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    key_id TEXT NOT NULL,
    sealed TEXT NOT NULL
);

CREATE INDEX business_session_user ON business_session (user_id);
CREATE INDEX business_session_indicator ON business_session (indicator) WHERE indicator IS NOT NULL;
CREATE INDEX business_session_end ON business_session (expires_at);
