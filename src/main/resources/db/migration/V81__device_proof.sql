-- FusionAuth's auth_time of the sign-in: what a browser that was signed out from afar must not come back by.
ALTER TABLE device ADD COLUMN authenticated_at TIMESTAMPTZ;
