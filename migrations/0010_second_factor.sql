-- A second step of signing in: a code of an authenticator app (TOTP, RFC 6238), or one of the codes kept
-- for the day the phone is lost.

ALTER TABLE staff_users ADD COLUMN totp_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE staff_users ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE staff_sessions ADD COLUMN needs_code BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE staff_recovery_codes (
    staff_user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (staff_user_id, code_hash),
    CONSTRAINT staff_recovery_codes_staff_user_id_fkey FOREIGN KEY (staff_user_id) REFERENCES staff_users (id)
);
