-- Documents of customers and of their invoices: what is known of each. Its contents lie in the file
-- store, under a name that nobody can guess.

CREATE TABLE file_types (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT file_types_name_key_key UNIQUE (name_key)
);
INSERT INTO file_types (id, name, name_key, version, created_at) VALUES
    ('0193a5f0-0000-7000-8000-0000000000f1', 'Invoices', 'invoices', 1, '2026-01-01T00:00:00Z'),
    ('0193a5f0-0000-7000-8000-0000000000f2', 'Other', 'other', 1, '2026-01-01T00:00:00Z');

CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    invoice_id TEXT,
    type_id TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    object_key TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes BIGINT NOT NULL CHECK (bytes > 0),
    visibility TEXT NOT NULL CHECK (visibility IN ('internal', 'shared')),
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT files_object_key_key UNIQUE (object_key),
    CONSTRAINT files_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT files_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT files_type_id_fkey FOREIGN KEY (type_id) REFERENCES file_types (id),
    CONSTRAINT files_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES staff_users (id)
);
CREATE INDEX files_customer_id_idx ON files (customer_id, id);
CREATE INDEX files_invoice_id_idx ON files (invoice_id, id);
CREATE INDEX files_type_id_idx ON files (type_id, id);
CREATE INDEX files_uploaded_by_idx ON files (uploaded_by);

-- Contents of the store that no document has, or may not get: written before they are kept, and gone
-- with the row of the document. Nothing else is ever removed from the store by itself.
CREATE TABLE file_leftovers (
    object_key TEXT NOT NULL PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX file_leftovers_created_at_idx ON file_leftovers (created_at);

-- Whoever keeps the settings keeps the types of documents, which is a permission of its own.
UPDATE staff_users SET permissions = permissions || ' documents'
    WHERE ' ' || permissions || ' ' LIKE '% settings %';
