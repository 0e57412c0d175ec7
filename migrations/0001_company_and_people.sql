-- The seller, the people on both sides, and their sessions. Common subset of SQLite and PostgreSQL.

CREATE TABLE app_state (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE company (
    id TEXT NOT NULL PRIMARY KEY CHECK (id = 'company'),
    profile TEXT NOT NULL,
    payment_policy TEXT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE staff_users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT staff_users_email_key UNIQUE (email)
);

CREATE TABLE staff_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    staff_user_id TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT staff_sessions_staff_user_id_fkey FOREIGN KEY (staff_user_id) REFERENCES staff_users (id)
);
CREATE INDEX staff_sessions_staff_user_id_idx ON staff_sessions (staff_user_id);

CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    website TEXT NOT NULL,
    address_line1 TEXT NOT NULL,
    address_line2 TEXT NOT NULL,
    address_city TEXT NOT NULL,
    address_region TEXT NOT NULL,
    address_postal_code TEXT NOT NULL,
    address_country TEXT NOT NULL,
    terms TEXT NOT NULL,
    parent_number TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT customers_number_key UNIQUE (number)
);
CREATE INDEX customers_sort_name_idx ON customers (sort_name, id);

CREATE TABLE customer_balances (
    customer_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    open_minor BIGINT NOT NULL,
    open_count BIGINT NOT NULL,
    credit_minor BIGINT NOT NULL,
    CONSTRAINT customer_balances_pkey PRIMARY KEY (customer_id, currency),
    CONSTRAINT customer_balances_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX customer_balances_open_idx ON customer_balances (currency, open_minor, customer_id);
CREATE INDEX customer_balances_count_idx ON customer_balances (currency, open_count, customer_id);

CREATE TABLE contacts (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT contacts_customer_id_email_key UNIQUE (customer_id, email),
    CONSTRAINT contacts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX contacts_email_idx ON contacts (email);

CREATE TABLE sign_in_codes (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    tries BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX sign_in_codes_browser_hash_idx ON sign_in_codes (browser_hash);

CREATE TABLE payer_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    customer_id TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT payer_sessions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX payer_sessions_email_idx ON payer_sessions (email);
CREATE INDEX payer_sessions_customer_id_idx ON payer_sessions (customer_id);

CREATE TABLE attempt_counters (
    key TEXT NOT NULL,
    window_start TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    CONSTRAINT attempt_counters_pkey PRIMARY KEY (key, window_start)
);
CREATE INDEX attempt_counters_window_start_idx ON attempt_counters (window_start);
