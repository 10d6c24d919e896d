-- What is known about an order beside its status, as a JSON object; null if nothing is. due_at is its next deadline.
ALTER TABLE orders ADD COLUMN details bytea;
ALTER TABLE orders ADD COLUMN due_at timestamptz;

-- The queue of deadlines, an index of orders.due_at: a row is added whenever an order's next deadline changes, and is
-- deleted when its time has come. An index on the column itself would make every status change write to all indexes of
-- the order. A row that no longer is the order's deadline causes nothing.
CREATE TABLE order_timers (
    due_at   timestamptz NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (due_at, order_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- times is a JSON object with the times from which promises and reminders are computed; timeouts_in_row counts the
-- acceptance timeouts since the kitchen last accepted an order.
ALTER TABLE kitchens ADD COLUMN times bytea;
ALTER TABLE kitchens ADD COLUMN timeouts_in_row int NOT NULL DEFAULT 0;
ALTER TABLE kitchens ADD COLUMN mode_reason text;

ALTER TABLE items ADD COLUMN prep_minutes int CONSTRAINT item_preparation_takes_time CHECK (prep_minutes > 0);
ALTER TABLE items ADD COLUMN station_id text;

-- How far the clock of a sandbox is ahead; no row in other installations.
CREATE TABLE sandbox (
    one          boolean PRIMARY KEY DEFAULT true CONSTRAINT sandbox_has_one_row CHECK (one),
    clock_offset interval NOT NULL
);
