-- Payments that came are looked at again for a while: money can be taken back.
CREATE INDEX payments_watched_idx ON payments (attempt_until)
    WHERE state IN ('succeeded', 'partially_refunded') AND gateway IS NOT NULL;
