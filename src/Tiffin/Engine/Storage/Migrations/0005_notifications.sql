-- Whether the customer agreed to be told how the order goes on. Unknown is no.
ALTER TABLE contacts ADD COLUMN consent boolean;

-- A message, to the customer of an order at a status, or to a kitchen about its stock. No personal data: the address
-- is read from its one home when the message is sent, and blacked out in what the receiving side answered.
-- A row is claimed before it is sent, so that no crash sends it twice.
CREATE TABLE notifications (
    id         uuid PRIMARY KEY,
    order_id   uuid,
    status     smallint,
    kitchen    text,
    stock      text,
    channel    smallint NOT NULL,
    state      smallint NOT NULL DEFAULT 0,
    at         timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    attempts   int NOT NULL DEFAULT 0,
    claimed_at timestamptz,
    ended_at   timestamptz,
    error      text,
    CONSTRAINT notification_once_per_order_and_status UNIQUE (order_id, status),
    CONSTRAINT notification_is_of_order_or_kitchen CHECK ((order_id IS NULL) <> (kitchen IS NULL))
);
CREATE INDEX notifications_open ON notifications (due_at) WHERE state < 2;

-- Where a kitchen hears of its stock, and when it may hear again.
CREATE TABLE alert_addresses (
    kitchen text PRIMARY KEY,
    email   text NOT NULL,
    next_at timestamptz NOT NULL DEFAULT '-infinity'
);

-- What a kitchen has yet to hear: the last word on each ingredient. What recovers before is not worth a message.
CREATE TABLE alerts_pending (
    kitchen text NOT NULL,
    sku     text NOT NULL,
    is_out  boolean NOT NULL,
    on_hand bigint NOT NULL,
    PRIMARY KEY (kitchen, sku)
);
