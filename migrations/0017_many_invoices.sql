-- For companies with many customers and invoices: what lists and their sums read is in an index, so that
-- nobody walks through the tables for it. How words are found is each engine's own: storage/search_index.rs.

CREATE INDEX invoices_open_sums_idx ON invoices (currency, due_on, balance_minor, total_minor, customer_id)
    WHERE balance_minor > 0;
CREATE INDEX invoices_open_owner_idx ON invoices (customer_id, currency, due_on, balance_minor, total_minor)
    WHERE balance_minor > 0;
CREATE INDEX invoices_settled_owner_idx ON invoices (customer_id, settled_on, days_late)
    WHERE settled_on IS NOT NULL AND voided_on IS NULL;
CREATE INDEX invoices_paid_list_idx ON invoices (settled_on, currency, total_minor, balance_minor, due_on, customer_id,
    voided_on, id, number, issued_on)
    WHERE settled_on IS NOT NULL AND balance_minor = 0 AND voided_on IS NULL AND total_minor > 0;
