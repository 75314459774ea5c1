-- FusionAuth's events that took effect, so that none does twice; written in the transaction of the effect.
CREATE TABLE webhook_event (
    id UUID PRIMARY KEY,
    received_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX webhook_event_received ON webhook_event (received_at);
