-- What was changed about the company itself, row by row, each chained to the one before by its hash.

CREATE TABLE company_activity (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    before_facts TEXT NOT NULL,
    after_facts TEXT NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT company_activity_position_key UNIQUE (position)
);

-- The end of the chain: the next row is made from it, and a chain cut short shows.
CREATE TABLE company_activity_head (
    id TEXT NOT NULL PRIMARY KEY CHECK (id = 'company'),
    position BIGINT NOT NULL,
    hash TEXT NOT NULL
);
