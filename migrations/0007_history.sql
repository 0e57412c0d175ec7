-- What happened at a customer, row by row, each chained to the one before by its hash; and notes.

CREATE TABLE activity (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    invoice_id TEXT,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    before_facts TEXT NOT NULL,
    after_facts TEXT NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT activity_customer_id_position_key UNIQUE (customer_id, position),
    CONSTRAINT activity_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT activity_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);
CREATE INDEX activity_invoice_id_idx ON activity (invoice_id, position);

-- The end of each customer's chain: the next row is made from it, and a chain cut short shows.
CREATE TABLE activity_heads (
    customer_id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT activity_heads_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE TABLE notes (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    invoice_id TEXT,
    author_id TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    CONSTRAINT notes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT notes_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT notes_author_id_fkey FOREIGN KEY (author_id) REFERENCES staff_users (id)
);
CREATE INDEX notes_customer_id_idx ON notes (customer_id, created_at, id);
CREATE INDEX notes_invoice_id_idx ON notes (invoice_id, created_at, id);
CREATE INDEX notes_author_id_idx ON notes (author_id);
