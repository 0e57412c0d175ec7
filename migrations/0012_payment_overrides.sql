-- What one customer is granted otherwise than everybody, as JSON, and how often it was written.
ALTER TABLE customers ADD COLUMN payment_overrides TEXT NOT NULL DEFAULT '{}';
ALTER TABLE customers ADD COLUMN payment_overrides_version BIGINT NOT NULL DEFAULT 1;
-- The last day on which it may not pay online, to find those whose day has come; from the JSON.
ALTER TABLE customers ADD COLUMN online_disabled_until DATE;
CREATE INDEX customers_online_disabled_until_idx ON customers (online_disabled_until, id)
    WHERE online_disabled_until IS NOT NULL;
