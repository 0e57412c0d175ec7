-- Work for later, and the messages the system sends.

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    once_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'parked')),
    run_at TIMESTAMPTZ NOT NULL,
    tries BIGINT NOT NULL,
    leased_until TIMESTAMPTZ,
    last_error TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT jobs_once_key_key UNIQUE (once_key)
);
CREATE INDEX jobs_run_at_idx ON jobs (run_at) WHERE state = 'queued';

CREATE TABLE messages (
    id TEXT NOT NULL PRIMARY KEY,
    once_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    to_email TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    customer_id TEXT,
    payment_id TEXT,
    attachment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    CONSTRAINT messages_once_key_key UNIQUE (once_key),
    CONSTRAINT messages_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT messages_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id)
);
CREATE INDEX messages_created_at_idx ON messages (created_at, id);
CREATE INDEX messages_to_email_idx ON messages (to_email, created_at);
CREATE INDEX messages_customer_id_idx ON messages (customer_id);
CREATE INDEX messages_payment_id_idx ON messages (payment_id);
