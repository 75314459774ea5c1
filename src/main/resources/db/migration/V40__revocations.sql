-- Refresh tokens to be revoked at FusionAuth: written in the same transaction as the reason, gone once FusionAuth confirmed.
CREATE TABLE refresh_token_revocation (
    refresh_token_id UUID PRIMARY KEY,
    asked_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    tries INT NOT NULL DEFAULT 0,
    next_try_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX refresh_token_revocation_due ON refresh_token_revocation (next_try_at);
