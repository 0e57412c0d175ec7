-- Automatic payment: what payers agreed to, and each try to charge an invoice.

CREATE TABLE autopay_enrolments (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    method_id TEXT NOT NULL,
    timing TEXT NOT NULL CHECK (timing IN ('invoice_date', 'last_discount_day', 'due_date')),
    use_credits BOOLEAN NOT NULL,
    include_open BOOLEAN NOT NULL,
    -- The most that one charge may be; none for no limit. In the currency beside it.
    ceiling_minor BIGINT CHECK (ceiling_minor > 0),
    currency TEXT NOT NULL,
    -- Whether a bank account is a business's, as the payer said.
    is_business BOOLEAN NOT NULL,
    -- The highest surcharge that was told.
    surcharge_ppm BIGINT NOT NULL,
    -- Since when without a break, and since when under these terms.
    since DATE NOT NULL,
    enrolled_on DATE NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'needs_attention', 'cancelled', 'superseded')),
    problem TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by TEXT NOT NULL,
    CONSTRAINT autopay_enrolments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT autopay_enrolments_method_id_fkey FOREIGN KEY (method_id) REFERENCES payment_methods (id),
    CONSTRAINT autopay_enrolments_ended_check CHECK
        ((state IN ('active', 'needs_attention')) = (ended_at IS NULL))
);
CREATE INDEX autopay_enrolments_customer_id_idx ON autopay_enrolments (customer_id, created_at);
CREATE INDEX autopay_enrolments_method_id_idx ON autopay_enrolments (method_id);
-- At most one of a customer counts.
CREATE UNIQUE INDEX autopay_enrolments_live_idx ON autopay_enrolments (customer_id)
    WHERE state IN ('active', 'needs_attention');

-- What was shown and agreed to, word for word, and from where: only ever added.
CREATE TABLE autopay_consents (
    enrolment_id TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    email TEXT NOT NULL,
    network_address TEXT NOT NULL,
    browser TEXT NOT NULL,
    agreed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT autopay_consents_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES autopay_enrolments (id)
);

CREATE TABLE autopay_attempts (
    id TEXT NOT NULL PRIMARY KEY,
    enrolment_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    cycle_no BIGINT NOT NULL,
    attempt_no BIGINT NOT NULL,
    -- What the payer was told: the day, the most, and when.
    charge_on DATE NOT NULL,
    notified_minor BIGINT NOT NULL CHECK (notified_minor >= 0),
    notified_on DATE NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'paid', 'failed', 'dropped')),
    quote_id TEXT,
    payment_id TEXT,
    reason TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT autopay_attempts_once_key UNIQUE (enrolment_id, invoice_id, cycle_no, attempt_no),
    CONSTRAINT autopay_attempts_payment_id_key UNIQUE (payment_id),
    CONSTRAINT autopay_attempts_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES autopay_enrolments (id),
    CONSTRAINT autopay_attempts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT autopay_attempts_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT autopay_attempts_quote_id_fkey FOREIGN KEY (quote_id) REFERENCES quotes (id),
    CONSTRAINT autopay_attempts_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id),
    CONSTRAINT autopay_attempts_payment_check CHECK
        (state = 'dropped' OR (state = 'planned') = (payment_id IS NULL))
);
CREATE INDEX autopay_attempts_customer_id_idx ON autopay_attempts (customer_id);
CREATE INDEX autopay_attempts_invoice_id_idx ON autopay_attempts (invoice_id);
CREATE INDEX autopay_attempts_quote_id_idx ON autopay_attempts (quote_id);
CREATE INDEX autopay_attempts_sent_idx ON autopay_attempts (id) WHERE state = 'sent';
-- At most one try of an invoice may yet move money.
CREATE UNIQUE INDEX autopay_attempts_live_idx ON autopay_attempts (invoice_id)
    WHERE state IN ('planned', 'sent');

-- A price that was made for a try is confirmed by that alone.
ALTER TABLE quotes ADD COLUMN attempt_id TEXT
    CONSTRAINT quotes_attempt_id_fkey REFERENCES autopay_attempts (id);
CREATE INDEX quotes_attempt_id_idx ON quotes (attempt_id);

ALTER TABLE payments ADD COLUMN is_autopay BOOLEAN NOT NULL DEFAULT FALSE;
-- Those that went back after they came, to find what follows from that.
CREATE INDEX payments_autopay_back_idx ON payments (id)
    WHERE is_autopay AND state IN ('returned', 'charged_back');
