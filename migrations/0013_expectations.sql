-- When the money of an open invoice is expected, how sure that is, and how late a customer usually
-- pays. The last day there is stands for no day: it sorts behind all others.
ALTER TABLE invoices ADD COLUMN expectation TEXT NOT NULL DEFAULT 'predicted'
    CHECK (expectation IN ('predicted', 'late', 'estimated', 'promised', 'on_hold', 'autopay', 'autopay_hold'));
ALTER TABLE invoices ADD COLUMN expected_on DATE NOT NULL DEFAULT '9999-12-31';
ALTER TABLE invoices ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE invoices ADD COLUMN hold_note TEXT NOT NULL DEFAULT '';
ALTER TABLE invoices ADD COLUMN expectation_version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX invoices_open_expected_on_idx ON invoices (expected_on, id) WHERE balance_minor > 0;
CREATE INDEX invoices_open_expectation_idx ON invoices (expectation, due_on, id) WHERE balance_minor > 0;
-- Of a customer's last twelve paid invoices; nothing while they are fewer than three.
ALTER TABLE customers ADD COLUMN usual_days_late BIGINT;
