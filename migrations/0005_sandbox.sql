-- The sandbox processor's own book. Only the sandbox room reads or writes these tables. They hold
-- no card or account number: what is typed on its page becomes a token and the name of a behaviour.

CREATE TABLE sandbox_objects (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sandbox_objects_parent_id_idx ON sandbox_objects (kind, parent_id, created_at, id);
CREATE INDEX sandbox_objects_created_at_idx ON sandbox_objects (kind, created_at, id);

-- One row for each intent that succeeded: the primary key is why none can succeed twice.
CREATE TABLE sandbox_charges (
    intent_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    fee_minor BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT sandbox_charges_intent_id_fkey FOREIGN KEY (intent_id) REFERENCES sandbox_objects (id)
);
CREATE INDEX sandbox_charges_payment_id_idx ON sandbox_charges (payment_id);

CREATE TABLE sandbox_keys (
    key TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sandbox_keys_created_at_idx ON sandbox_keys (created_at);

CREATE TABLE sandbox_timers (
    id TEXT NOT NULL PRIMARY KEY,
    object_id TEXT NOT NULL,
    action TEXT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sandbox_timers_due_at_idx ON sandbox_timers (due_at, id);

CREATE TABLE sandbox_events (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    body TEXT NOT NULL,
    tries BIGINT NOT NULL,
    last_status BIGINT,
    first_try_at TIMESTAMPTZ,
    next_try_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sandbox_events_next_try_at_idx ON sandbox_events (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX sandbox_events_created_at_idx ON sandbox_events (created_at, id);
