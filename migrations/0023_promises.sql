-- Promises to pay: what a customer said it would pay by a day, on which invoices, and what became of it.

CREATE TABLE promises (
    id TEXT NOT NULL PRIMARY KEY,
    -- At whose screen it was taken: who bought, or who pays.
    customer_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    promised_on DATE NOT NULL,
    -- Empty where nobody said how: the status of an invoice was edited.
    channel TEXT NOT NULL CHECK (channel IN ('', 'call', 'email', 'sms', 'portal')),
    note TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'kept', 'partially_kept', 'broken', 'cancelled')),
    -- What was paid by the time it was closed.
    paid_minor BIGINT NOT NULL DEFAULT 0,
    taken_by TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    -- The day on which it was said to be due.
    told_on DATE,
    CONSTRAINT promises_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT promises_taken_by_fkey FOREIGN KEY (taken_by) REFERENCES staff_users (id)
);
CREATE INDEX promises_customer_id_idx ON promises (customer_id, id);
CREATE INDEX promises_taken_by_idx ON promises (taken_by);
CREATE INDEX promises_open_idx ON promises (id, promised_on) WHERE status = 'open';

CREATE TABLE promise_invoices (
    promise_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    -- What was open on it when the promise was taken.
    balance_minor BIGINT NOT NULL CHECK (balance_minor > 0),
    -- Whether the promise is.
    is_open BOOLEAN NOT NULL,
    CONSTRAINT promise_invoices_pkey PRIMARY KEY (promise_id, invoice_id),
    CONSTRAINT promise_invoices_promise_id_fkey FOREIGN KEY (promise_id) REFERENCES promises (id),
    CONSTRAINT promise_invoices_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);
CREATE INDEX promise_invoices_invoice_id_idx ON promise_invoices (invoice_id, promise_id);
-- No invoice is in two open promises.
CREATE UNIQUE INDEX promise_invoices_open_key ON promise_invoices (invoice_id) WHERE is_open;
