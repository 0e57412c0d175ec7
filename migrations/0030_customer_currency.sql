-- The currency that the books keep for a customer, by its code (ISO 4217); empty where they name none.
ALTER TABLE customers ADD COLUMN currency TEXT NOT NULL DEFAULT '';
