-- What people on our side say about a customer beside the books.
ALTER TABLE customers ADD COLUMN shipping_line1 TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN shipping_line2 TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN shipping_city TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN shipping_region TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN shipping_postal_code TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN shipping_country TEXT NOT NULL DEFAULT '';
-- Fields that were changed here, as JSON, each with what the books said then.
ALTER TABLE customers ADD COLUMN changed_here TEXT NOT NULL DEFAULT '{}';
ALTER TABLE customers ADD COLUMN profile_version BIGINT NOT NULL DEFAULT 1;
