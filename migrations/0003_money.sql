-- Payments and the ledger. Rows of applications, ledger_transactions and postings are only ever
-- added; the server also installs triggers that refuse anything else.

CREATE TABLE gateway_customers (
    customer_id TEXT NOT NULL,
    gateway TEXT NOT NULL,
    token TEXT NOT NULL,
    CONSTRAINT gateway_customers_pkey PRIMARY KEY (customer_id, gateway),
    CONSTRAINT gateway_customers_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE TABLE payment_methods (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    gateway TEXT NOT NULL,
    token TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('card', 'bank')),
    brand TEXT NOT NULL,
    last4 TEXT NOT NULL,
    expires_on DATE,
    funding TEXT NOT NULL,
    country TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'revoked')),
    added_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT payment_methods_token_key UNIQUE (gateway, token),
    CONSTRAINT payment_methods_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX payment_methods_customer_id_idx ON payment_methods (customer_id, created_at);

CREATE TABLE method_setups (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    email TEXT NOT NULL,
    gateway TEXT NOT NULL,
    gateway_session_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    invoice_ids TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    CONSTRAINT method_setups_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX method_setups_customer_id_idx ON method_setups (customer_id);

CREATE TABLE quotes (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    email TEXT NOT NULL,
    method_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    charge_minor BIGINT NOT NULL,
    body TEXT NOT NULL,
    as_of TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT quotes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT quotes_method_id_fkey FOREIGN KEY (method_id) REFERENCES payment_methods (id)
);
CREATE INDEX quotes_customer_id_idx ON quotes (customer_id);
CREATE INDEX quotes_method_id_idx ON quotes (method_id);

CREATE TABLE payments (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('portal', 'import', 'staff')),
    method_kind TEXT NOT NULL,
    method_id TEXT,
    method_label TEXT NOT NULL,
    state TEXT NOT NULL,
    currency TEXT NOT NULL,
    principal_minor BIGINT NOT NULL CHECK (principal_minor >= 0),
    surcharge_minor BIGINT NOT NULL CHECK (surcharge_minor >= 0),
    early_discount_minor BIGINT NOT NULL CHECK (early_discount_minor >= 0),
    bank_discount_minor BIGINT NOT NULL CHECK (bank_discount_minor >= 0),
    cash_credit_minor BIGINT NOT NULL CHECK (cash_credit_minor >= 0),
    surcharge_rate_ppm BIGINT NOT NULL,
    refunded_principal_minor BIGINT NOT NULL,
    refunded_surcharge_minor BIGINT NOT NULL,
    gateway TEXT,
    gateway_intent_id TEXT,
    quote_id TEXT,
    import_key TEXT,
    failure_code TEXT,
    email TEXT NOT NULL,
    received_on DATE NOT NULL,
    expected_on DATE,
    settled_on DATE,
    attempt_until TIMESTAMPTZ NOT NULL,
    looked_up_count BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT payments_reference_key UNIQUE (reference),
    CONSTRAINT payments_quote_id_key UNIQUE (quote_id),
    CONSTRAINT payments_import_key_key UNIQUE (import_key),
    CONSTRAINT payments_gateway_intent_id_key UNIQUE (gateway_intent_id),
    CONSTRAINT payments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT payments_method_id_fkey FOREIGN KEY (method_id) REFERENCES payment_methods (id),
    CONSTRAINT payments_quote_id_fkey FOREIGN KEY (quote_id) REFERENCES quotes (id),
    CONSTRAINT payments_refunded_check CHECK (
        refunded_principal_minor >= 0 AND refunded_principal_minor <= principal_minor
        AND refunded_surcharge_minor >= 0 AND refunded_surcharge_minor <= surcharge_minor
    )
);
CREATE INDEX payments_customer_id_idx ON payments (customer_id, created_at, id);
CREATE INDEX payments_method_id_idx ON payments (method_id);
CREATE INDEX payments_in_flight_idx ON payments (attempt_until)
    WHERE state IN ('created', 'unknown', 'requires_action', 'processing');

CREATE TABLE payment_lines (
    payment_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    payable_minor BIGINT NOT NULL,
    early_discount_minor BIGINT NOT NULL,
    cash_credit_minor BIGINT NOT NULL,
    bank_discount_minor BIGINT NOT NULL,
    principal_minor BIGINT NOT NULL,
    surcharge_minor BIGINT NOT NULL,
    CONSTRAINT payment_lines_pkey PRIMARY KEY (payment_id, invoice_id),
    CONSTRAINT payment_lines_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id),
    CONSTRAINT payment_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);
CREATE INDEX payment_lines_invoice_id_idx ON payment_lines (invoice_id);

CREATE TABLE refunds (
    id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL,
    principal_minor BIGINT NOT NULL,
    surcharge_minor BIGINT NOT NULL,
    refunded_on DATE NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id)
);
CREATE INDEX refunds_payment_id_idx ON refunds (payment_id);

CREATE TABLE ledger_transactions (
    id TEXT NOT NULL PRIMARY KEY,
    once_key TEXT NOT NULL,
    cause TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    payment_id TEXT,
    currency TEXT NOT NULL,
    effective_on DATE NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT ledger_transactions_once_key_key UNIQUE (once_key),
    CONSTRAINT ledger_transactions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT ledger_transactions_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id)
);
CREATE INDEX ledger_transactions_customer_id_idx ON ledger_transactions (customer_id);
CREATE INDEX ledger_transactions_payment_id_idx ON ledger_transactions (payment_id);

CREATE TABLE postings (
    transaction_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    account TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    invoice_id TEXT,
    credit_id TEXT,
    currency TEXT NOT NULL,
    minor BIGINT NOT NULL,
    effective_on DATE NOT NULL,
    CONSTRAINT postings_pkey PRIMARY KEY (transaction_id, position),
    CONSTRAINT postings_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES ledger_transactions (id),
    CONSTRAINT postings_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT postings_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT postings_credit_id_fkey FOREIGN KEY (credit_id) REFERENCES credits (id),
    CONSTRAINT postings_owner_check CHECK (
        (account = 'receivable' AND invoice_id IS NOT NULL AND credit_id IS NULL)
        OR (account = 'unapplied' AND invoice_id IS NULL AND credit_id IS NOT NULL)
        OR (account NOT IN ('receivable', 'unapplied') AND invoice_id IS NULL AND credit_id IS NULL)
    )
);
CREATE INDEX postings_invoice_id_idx ON postings (invoice_id, effective_on) WHERE invoice_id IS NOT NULL;
CREATE INDEX postings_credit_id_idx ON postings (credit_id) WHERE credit_id IS NOT NULL;
CREATE INDEX postings_customer_id_idx ON postings (customer_id);

CREATE TABLE applications (
    id TEXT NOT NULL PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    payment_id TEXT,
    credit_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'credit', 'early_discount', 'bank_discount', 'write_off')),
    minor BIGINT NOT NULL,
    effective_on DATE NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT applications_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES ledger_transactions (id),
    CONSTRAINT applications_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT applications_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id),
    CONSTRAINT applications_credit_id_fkey FOREIGN KEY (credit_id) REFERENCES credits (id)
);
CREATE INDEX applications_transaction_id_idx ON applications (transaction_id);
CREATE INDEX applications_invoice_id_idx ON applications (invoice_id);
CREATE INDEX applications_payment_id_idx ON applications (payment_id);
CREATE INDEX applications_credit_id_idx ON applications (credit_id);

CREATE TABLE gateway_events (
    id TEXT NOT NULL PRIMARY KEY,
    gateway TEXT NOT NULL,
    kind TEXT NOT NULL,
    intent_id TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);
