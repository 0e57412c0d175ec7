-- Links by which somebody outside of the portal pays one invoice; the keys that open them, of which only
-- hashes are kept; and each opening, which is a short session of its own.

CREATE TABLE pay_links (
    id TEXT NOT NULL PRIMARY KEY,
    invoice_id TEXT NOT NULL,
    payer_id TEXT NOT NULL,
    balance_minor BIGINT NOT NULL,
    due_on DATE NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'used', 'superseded', 'expired', 'revoked')),
    made_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    opened_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    payment_id TEXT,
    CONSTRAINT pay_links_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT pay_links_payer_id_fkey FOREIGN KEY (payer_id) REFERENCES customers (id),
    CONSTRAINT pay_links_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id),
    CONSTRAINT pay_links_ended_check CHECK ((state = 'active') = (ended_at IS NULL))
);
CREATE INDEX pay_links_invoice_id_idx ON pay_links (invoice_id, created_at, id);
CREATE INDEX pay_links_payer_id_idx ON pay_links (payer_id);
CREATE INDEX pay_links_payment_id_idx ON pay_links (payment_id);
-- At most one link of an invoice is live.
CREATE UNIQUE INDEX pay_links_active_idx ON pay_links (invoice_id) WHERE state = 'active';

CREATE TABLE pay_link_keys (
    id TEXT NOT NULL PRIMARY KEY,
    key_hash TEXT NOT NULL,
    pay_link_id TEXT NOT NULL,
    contact_id TEXT,
    email TEXT NOT NULL,
    made_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    CONSTRAINT pay_link_keys_key_hash_key UNIQUE (key_hash),
    CONSTRAINT pay_link_keys_pay_link_id_fkey FOREIGN KEY (pay_link_id) REFERENCES pay_links (id),
    CONSTRAINT pay_link_keys_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts (id)
);
CREATE INDEX pay_link_keys_pay_link_id_idx ON pay_link_keys (pay_link_id);
CREATE INDEX pay_link_keys_contact_id_idx ON pay_link_keys (contact_id);

CREATE TABLE pay_link_openings (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    key_id TEXT NOT NULL,
    pay_link_id TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pay_link_openings_token_hash_key UNIQUE (token_hash),
    CONSTRAINT pay_link_openings_key_id_fkey FOREIGN KEY (key_id) REFERENCES pay_link_keys (id),
    CONSTRAINT pay_link_openings_pay_link_id_fkey FOREIGN KEY (pay_link_id) REFERENCES pay_links (id)
);
CREATE INDEX pay_link_openings_key_id_idx ON pay_link_openings (key_id);
CREATE INDEX pay_link_openings_pay_link_id_idx ON pay_link_openings (pay_link_id);

-- What was added, asked and priced in an opening belongs to it and not to the customer.
ALTER TABLE payment_methods ADD COLUMN opening_id TEXT CONSTRAINT payment_methods_opening_id_fkey REFERENCES pay_link_openings (id);
CREATE INDEX payment_methods_opening_id_idx ON payment_methods (opening_id);
ALTER TABLE method_setups ADD COLUMN opening_id TEXT CONSTRAINT method_setups_opening_id_fkey REFERENCES pay_link_openings (id);
CREATE INDEX method_setups_opening_id_idx ON method_setups (opening_id);
ALTER TABLE quotes ADD COLUMN opening_id TEXT CONSTRAINT quotes_opening_id_fkey REFERENCES pay_link_openings (id);
CREATE INDEX quotes_opening_id_idx ON quotes (opening_id);
