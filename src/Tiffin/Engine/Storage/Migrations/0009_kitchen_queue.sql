-- What an order adds to the queue of its kitchen until it is started: the preparation minutes of its lines, or 0 in a
-- kitchen without parallelLines.
ALTER TABLE orders ADD COLUMN queued_minutes int NOT NULL DEFAULT 0
    CONSTRAINT order_is_queued_until_started CHECK (queued_minutes >= 0 AND (queued_minutes = 0 OR status < 2));
