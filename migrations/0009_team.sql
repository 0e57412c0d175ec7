-- What people on our side may do and see, how they come in, and where they are signed in. Whoever is
-- there already could do everything, and stays an owner; nobody else is one by default.

ALTER TABLE staff_users ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer';
ALTER TABLE staff_users ADD COLUMN permissions TEXT NOT NULL DEFAULT '';
ALTER TABLE staff_users ADD COLUMN own_customers_only BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE staff_users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE staff_users SET role = 'owner',
    permissions = 'customers invoices payments mail statements assignments workflows forecast settings team';

-- Codes that were mailed, with which somebody sets their password: as an invitation, or because they
-- forgot it. Whoever asks for one in somebody's name does not make theirs worthless.
CREATE TABLE staff_codes (
    staff_user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (staff_user_id, code_hash),
    CONSTRAINT staff_codes_staff_user_id_fkey FOREIGN KEY (staff_user_id) REFERENCES staff_users (id)
);

-- Made anew with names of their own, so that one can be ended by whoever sees it in a list. Everybody
-- signs in again.
DROP TABLE staff_sessions;
CREATE TABLE staff_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    staff_user_id TEXT NOT NULL,
    browser TEXT NOT NULL,
    network_address TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT staff_sessions_token_hash_key UNIQUE (token_hash),
    CONSTRAINT staff_sessions_staff_user_id_fkey FOREIGN KEY (staff_user_id) REFERENCES staff_users (id)
);
CREATE INDEX staff_sessions_staff_user_id_idx ON staff_sessions (staff_user_id, last_seen_at);

-- Who on our side is responsible for a customer.
ALTER TABLE customers ADD COLUMN specialist_id TEXT
    CONSTRAINT customers_specialist_id_fkey REFERENCES staff_users (id);
CREATE INDEX customers_specialist_id_idx ON customers (specialist_id, sort_name);
