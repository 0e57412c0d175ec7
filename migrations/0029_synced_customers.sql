-- Which books keep a customer's own facts by synchronising: NULL where nothing but people and files do.
ALTER TABLE customers ADD COLUMN synced_from TEXT;
