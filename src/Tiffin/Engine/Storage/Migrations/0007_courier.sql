-- The courier's personal data: shown while the order is open, and erased with the customer's.
ALTER TABLE contacts ADD COLUMN courier_name text;
ALTER TABLE contacts ADD COLUMN courier_phone text;
ALTER TABLE contacts ADD COLUMN courier_vehicle text;

-- Wrong hand-over codes since the order changed hands last; null if none was entered. Not in the log: nothing follows
-- from a wrong code except that the next ones are limited.
ALTER TABLE orders ADD COLUMN code_attempts int CONSTRAINT order_code_attempts_count_from_1 CHECK (code_attempts > 0);
ALTER TABLE orders ADD COLUMN code_locked_until timestamptz;

-- Where the couriers of open orders are: the last position only, never in the log, deleted when the order has ended.
CREATE TABLE courier_positions (
    order_id   uuid PRIMARY KEY,
    courier_id text NOT NULL,
    latitude   double precision NOT NULL CONSTRAINT latitude_is_on_earth CHECK (latitude BETWEEN -90 AND 90),
    longitude  double precision NOT NULL CONSTRAINT longitude_is_on_earth CHECK (longitude BETWEEN -180 AND 180),
    at         timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
