-- Reminder workflows: letters some days before or after an invoice is due.

CREATE TABLE workflows (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- One that was removed stays, for what was sent of it.
    removed_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX workflows_name_key_key ON workflows (name_key) WHERE removed_at IS NULL;

-- A step that is taken out of its workflow stays, for what was sent of it.
CREATE TABLE workflow_steps (
    id TEXT NOT NULL PRIMARY KEY,
    workflow_id TEXT NOT NULL,
    days BIGINT NOT NULL,
    tone TEXT NOT NULL CHECK (tone IN ('friendly', 'firm', 'final')),
    -- The first day on which it counts: what passed before is not made up for.
    since DATE NOT NULL,
    removed_at TIMESTAMPTZ,
    CONSTRAINT workflow_steps_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES workflows (id)
);
CREATE INDEX workflow_steps_workflow_id_idx ON workflow_steps (workflow_id, days);

-- A step of an invoice that was seen to, whether a letter came of it or not: never again.
CREATE TABLE reminders (
    invoice_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    seen_on DATE NOT NULL,
    CONSTRAINT reminders_pkey PRIMARY KEY (invoice_id, step_id),
    CONSTRAINT reminders_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT reminders_step_id_fkey FOREIGN KEY (step_id) REFERENCES workflow_steps (id)
);
CREATE INDEX reminders_step_id_idx ON reminders (step_id);

-- A customer's own workflow; none when the company's counts. And the first day on which it does.
ALTER TABLE customers ADD COLUMN workflow_id TEXT
    CONSTRAINT customers_workflow_id_fkey REFERENCES workflows (id);
ALTER TABLE customers ADD COLUMN workflow_since DATE;
CREATE INDEX customers_workflow_id_idx ON customers (workflow_id, id);

INSERT INTO workflows (id, name, name_key, version, created_at) VALUES
    ('0193a5f0-0000-7000-8000-0000000000d1', 'Standard reminders', 'standard reminders', 1, '2026-01-01T00:00:00Z'),
    ('0193a5f0-0000-7000-8000-0000000000d2', 'No reminders', 'no reminders', 1, '2026-01-01T00:00:00Z');
INSERT INTO workflow_steps (id, workflow_id, days, tone, since) VALUES
    ('0193a5f0-0000-7000-8000-0000000000e1', '0193a5f0-0000-7000-8000-0000000000d1', -3, 'friendly', '2026-01-01'),
    ('0193a5f0-0000-7000-8000-0000000000e2', '0193a5f0-0000-7000-8000-0000000000d1', 7, 'friendly', '2026-01-01'),
    ('0193a5f0-0000-7000-8000-0000000000e3', '0193a5f0-0000-7000-8000-0000000000d1', 21, 'firm', '2026-01-01'),
    ('0193a5f0-0000-7000-8000-0000000000e4', '0193a5f0-0000-7000-8000-0000000000d1', 45, 'final', '2026-01-01');
