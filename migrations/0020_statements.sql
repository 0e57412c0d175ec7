-- Monthly statements of account.

-- A customer's own say in whether it gets them; none when the company's setting counts.
ALTER TABLE customers ADD COLUMN statement_choice TEXT CHECK (statement_choice IN ('on', 'off'));
-- The month, as 2026-11, whose statement was seen to last, whether there was something to say or not.
ALTER TABLE customers ADD COLUMN statement_month TEXT NOT NULL DEFAULT '';
