-- Texts in fields of the company's own, as they are looked for: in small letters.
ALTER TABLE customer_field_values ADD COLUMN text_key TEXT NOT NULL DEFAULT '';
ALTER TABLE invoice_field_values ADD COLUMN text_key TEXT NOT NULL DEFAULT '';
UPDATE customer_field_values SET text_key = lower(text_value) WHERE text_value <> '';
UPDATE invoice_field_values SET text_key = lower(text_value) WHERE text_value <> '';
