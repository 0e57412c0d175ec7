-- Somebody on our side who looks at the portal as one of a customer's contacts does.
ALTER TABLE payer_sessions ADD COLUMN viewer_id TEXT CONSTRAINT payer_sessions_viewer_id_fkey REFERENCES staff_users (id);
CREATE INDEX payer_sessions_viewer_id_idx ON payer_sessions (viewer_id);
