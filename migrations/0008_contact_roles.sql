-- Roles of contacts: what is sent to whom. A contact of the books keeps its name and address as they
-- are there; one that was added here can be changed and taken away.

CREATE TABLE contact_roles (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    gets_invoices BOOLEAN NOT NULL,
    gets_messages BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT contact_roles_name_key_key UNIQUE (name_key)
);
INSERT INTO contact_roles (id, name, name_key, gets_invoices, gets_messages, version, created_at) VALUES
    ('0193a5f0-0000-7000-8000-0000000000c1', 'Company Contact', 'company contact', TRUE, TRUE, 1, '2026-01-01T00:00:00Z'),
    ('0193a5f0-0000-7000-8000-0000000000c2', 'Primary Contact', 'primary contact', TRUE, TRUE, 1, '2026-01-01T00:00:00Z'),
    ('0193a5f0-0000-7000-8000-0000000000c3', 'Billing', 'billing', TRUE, TRUE, 1, '2026-01-01T00:00:00Z'),
    ('0193a5f0-0000-7000-8000-0000000000c4', 'Other', 'other', FALSE, FALSE, 1, '2026-01-01T00:00:00Z');

-- Made anew, because SQLite adds no column that refers to another table and may not be empty.
CREATE TABLE contacts_kept AS SELECT id, customer_id, email, name, created_at FROM contacts;
DROP TABLE contacts;
CREATE TABLE contacts (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    source TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ,
    CONSTRAINT contacts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT contacts_role_id_fkey FOREIGN KEY (role_id) REFERENCES contact_roles (id)
);
INSERT INTO contacts (id, customer_id, role_id, source, email, name, phone, version, created_at)
    SELECT id, customer_id, '0193a5f0-0000-7000-8000-0000000000c1', 'books', email, name, '', 1, created_at
    FROM contacts_kept;
DROP TABLE contacts_kept;
CREATE UNIQUE INDEX contacts_customer_id_email_key ON contacts (customer_id, email) WHERE removed_at IS NULL;
CREATE INDEX contacts_customer_id_idx ON contacts (customer_id, email);
CREATE INDEX contacts_email_idx ON contacts (email);
CREATE INDEX contacts_role_id_idx ON contacts (role_id);
