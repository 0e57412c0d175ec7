-- Invoices, credits and the lines of both. Amounts are minor units of the currency beside them.

CREATE TABLE invoices (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'adjustment')),
    number TEXT NOT NULL,
    search_text TEXT NOT NULL,
    currency TEXT NOT NULL,
    issued_on DATE NOT NULL,
    due_on DATE NOT NULL,
    terms TEXT NOT NULL,
    po_number TEXT NOT NULL,
    total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
    tax_minor BIGINT NOT NULL,
    balance_minor BIGINT NOT NULL,
    reserved_minor BIGINT NOT NULL,
    credit_memo_minor BIGINT NOT NULL,
    discount_rate_ppm BIGINT NOT NULL,
    discount_basis_minor BIGINT NOT NULL,
    discount_until DATE,
    discount_taken_minor BIGINT NOT NULL,
    is_disputed BOOLEAN NOT NULL,
    voided_on DATE,
    settled_on DATE,
    days_late BIGINT,
    source_hash TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT invoices_number_key UNIQUE (number),
    CONSTRAINT invoices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT invoices_balance_check CHECK (balance_minor >= 0 AND balance_minor <= total_minor),
    CONSTRAINT invoices_reserved_check CHECK (reserved_minor >= 0 AND reserved_minor <= balance_minor)
);
CREATE INDEX invoices_customer_id_idx ON invoices (customer_id, issued_on, id);
CREATE INDEX invoices_open_due_on_idx ON invoices (due_on, id) WHERE balance_minor > 0;
CREATE INDEX invoices_open_issued_on_idx ON invoices (issued_on, id) WHERE balance_minor > 0;
CREATE INDEX invoices_open_balance_idx ON invoices (balance_minor, id) WHERE balance_minor > 0;
CREATE INDEX invoices_open_number_idx ON invoices (number, id) WHERE balance_minor > 0;
CREATE INDEX invoices_open_customer_idx ON invoices (customer_id, due_on) WHERE balance_minor > 0;
CREATE INDEX invoices_settled_on_idx ON invoices (settled_on, id) WHERE settled_on IS NOT NULL;

CREATE TABLE invoice_lines (
    invoice_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    description TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (invoice_id, position),
    CONSTRAINT invoice_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);

CREATE TABLE credits (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('credit_memo', 'adjustment', 'unapplied_cash')),
    number TEXT NOT NULL,
    currency TEXT NOT NULL,
    issued_on DATE NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    remaining_minor BIGINT NOT NULL,
    reserved_minor BIGINT NOT NULL,
    source_hash TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT credits_number_key UNIQUE (number),
    CONSTRAINT credits_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT credits_remaining_check CHECK (remaining_minor >= 0 AND remaining_minor <= amount_minor),
    CONSTRAINT credits_reserved_check CHECK (reserved_minor >= 0 AND reserved_minor <= remaining_minor)
);
CREATE INDEX credits_customer_id_idx ON credits (customer_id, issued_on, id);

CREATE TABLE credit_lines (
    credit_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    description TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    CONSTRAINT credit_lines_pkey PRIMARY KEY (credit_id, position),
    CONSTRAINT credit_lines_credit_id_fkey FOREIGN KEY (credit_id) REFERENCES credits (id)
);

CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    done_count BIGINT NOT NULL,
    total_count BIGINT NOT NULL,
    report TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX imports_started_at_idx ON imports (started_at);
