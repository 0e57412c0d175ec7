-- Customers that belong to other customers, and who pays for whom.

-- Whether the books call it a project of the customer it belongs to.
ALTER TABLE customers ADD COLUMN is_project BOOLEAN NOT NULL DEFAULT FALSE;
-- Its own say in who pays what it buys; none when the company's setting counts.
ALTER TABLE customers ADD COLUMN billing_preference TEXT
    CHECK (billing_preference IN ('buyer', 'immediate_parent', 'top_level_parent'));
-- Who pays: derived from the two above, the parents and the company's setting; itself until then.
ALTER TABLE customers ADD COLUMN bill_to_id TEXT
    CONSTRAINT customers_bill_to_id_fkey REFERENCES customers (id);
UPDATE customers SET bill_to_id = id;
CREATE INDEX customers_bill_to_id_idx ON customers (bill_to_id, sort_name);
CREATE INDEX customers_parent_number_idx ON customers (parent_number) WHERE parent_number <> '';

-- Settings of receivables that are neither printed nor about payments, as JSON.
ALTER TABLE company ADD COLUMN receivables TEXT NOT NULL DEFAULT '{}';
