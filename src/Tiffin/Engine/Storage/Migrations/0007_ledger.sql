-- The ledger is written by a reader of the log: a page holds what happened to one stock row over a while, each line
-- with its own time.
ALTER TABLE movements ADD COLUMN times timestamptz[];
UPDATE movements SET times = array_fill(at, ARRAY[cardinality(positions)]);
ALTER TABLE movements ALTER COLUMN times SET NOT NULL, DROP COLUMN at;

-- What the log tells until here is in the ledger already.
INSERT INTO subscribers (name, position) SELECT 'ledger', max(position) FROM events HAVING count(*) > 0;
