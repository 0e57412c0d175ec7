-- Fields of the company's own for customers and invoices; which columns somebody sees in a list, and
-- views that are kept under a name.

CREATE TABLE custom_fields (
    id TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('customer', 'invoice')),
    kind TEXT NOT NULL CHECK (kind IN ('list', 'text')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    is_shown BOOLEAN NOT NULL,
    is_editable BOOLEAN NOT NULL,
    is_in_portal BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT custom_fields_level_name_key_key UNIQUE (level, name_key)
);

CREATE TABLE custom_field_options (
    id TEXT NOT NULL PRIMARY KEY,
    field_id TEXT NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    CONSTRAINT custom_field_options_field_id_fkey FOREIGN KEY (field_id) REFERENCES custom_fields (id)
);
CREATE INDEX custom_field_options_field_id_idx ON custom_field_options (field_id, position);

-- A value is one of the list's, or a text: the other is empty.
CREATE TABLE customer_field_values (
    customer_id TEXT NOT NULL,
    field_id TEXT NOT NULL,
    option_id TEXT,
    text_value TEXT NOT NULL,
    CONSTRAINT customer_field_values_pkey PRIMARY KEY (customer_id, field_id),
    CONSTRAINT customer_field_values_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT customer_field_values_field_id_fkey FOREIGN KEY (field_id) REFERENCES custom_fields (id),
    CONSTRAINT customer_field_values_option_id_fkey FOREIGN KEY (option_id) REFERENCES custom_field_options (id),
    CONSTRAINT customer_field_values_kind_check CHECK ((option_id IS NULL) = (text_value <> ''))
);
CREATE INDEX customer_field_values_field_id_idx ON customer_field_values (field_id, customer_id);
CREATE INDEX customer_field_values_option_id_idx ON customer_field_values (option_id, customer_id);

CREATE TABLE invoice_field_values (
    invoice_id TEXT NOT NULL,
    field_id TEXT NOT NULL,
    option_id TEXT,
    text_value TEXT NOT NULL,
    CONSTRAINT invoice_field_values_pkey PRIMARY KEY (invoice_id, field_id),
    CONSTRAINT invoice_field_values_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT invoice_field_values_field_id_fkey FOREIGN KEY (field_id) REFERENCES custom_fields (id),
    CONSTRAINT invoice_field_values_option_id_fkey FOREIGN KEY (option_id) REFERENCES custom_field_options (id),
    CONSTRAINT invoice_field_values_kind_check CHECK ((option_id IS NULL) = (text_value <> ''))
);
CREATE INDEX invoice_field_values_field_id_idx ON invoice_field_values (field_id, invoice_id);
CREATE INDEX invoice_field_values_option_id_idx ON invoice_field_values (option_id, invoice_id);

-- How often the values of one customer or invoice were written.
ALTER TABLE customers ADD COLUMN fields_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE invoices ADD COLUMN fields_version BIGINT NOT NULL DEFAULT 1;

CREATE TABLE list_views (
    id TEXT NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    is_shared BOOLEAN NOT NULL,
    query TEXT NOT NULL,
    columns TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT list_views_owner_id_list_name_key_key UNIQUE (owner_id, list, name_key),
    CONSTRAINT list_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES staff_users (id)
);
CREATE INDEX list_views_list_idx ON list_views (list, is_shared);

-- What somebody chose for a list: its columns, and the view it begins with.
CREATE TABLE list_choices (
    staff_user_id TEXT NOT NULL,
    list TEXT NOT NULL,
    columns TEXT NOT NULL,
    view_id TEXT,
    CONSTRAINT list_choices_pkey PRIMARY KEY (staff_user_id, list),
    CONSTRAINT list_choices_staff_user_id_fkey FOREIGN KEY (staff_user_id) REFERENCES staff_users (id),
    CONSTRAINT list_choices_view_id_fkey FOREIGN KEY (view_id) REFERENCES list_views (id)
);
CREATE INDEX list_choices_view_id_idx ON list_choices (view_id);
