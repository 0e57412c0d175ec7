-- The sums over all customers, which every page of their list shows, are read off an index.
CREATE INDEX customer_balances_totals_idx
    ON customer_balances (currency, open_minor, open_count, credit_minor);
