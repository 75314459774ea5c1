-- DEVICES_POLICY=refuse: who is connecting an account through FusionAuth's pages, and so signs in there on no new device.
CREATE TABLE hosted_connection (
    person_id UUID PRIMARY KEY,
    open_until TIMESTAMPTZ NOT NULL
);
