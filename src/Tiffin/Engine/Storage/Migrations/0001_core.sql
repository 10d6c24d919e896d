-- Quantities, money and numbers are integers; names that the operator chose are text; what is many is numbered.

-- The log's row: a batch locks it first and never updates it, unless the catalogue changes. An updated row would
-- gather dead versions for as long as anybody holds a snapshot.
CREATE TABLE log (
    one               boolean PRIMARY KEY DEFAULT true CONSTRAINT log_has_one_row CHECK (one),
    catalogue_version bigint NOT NULL DEFAULT 0
);
INSERT INTO log DEFAULT VALUES;

CREATE TABLE brands (
    id      text PRIMARY KEY CONSTRAINT brand_id_is_slug CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    name    text NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE ingredients (
    number  int PRIMARY KEY,
    sku     text NOT NULL UNIQUE CONSTRAINT ingredient_sku_is_slug CHECK (sku ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    name    text NOT NULL,
    unit    text NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE kitchens (
    number                int PRIMARY KEY CONSTRAINT kitchen_number_has_24_bits CHECK (number BETWEEN 1 AND 16777215),
    id                    text NOT NULL UNIQUE
                          CONSTRAINT kitchen_id_is_slug CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    name                  text NOT NULL,
    city                  text,
    time_zone             text NOT NULL,
    currency              text NOT NULL CONSTRAINT kitchen_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    brands                text[] NOT NULL,
    acceptance            smallint NOT NULL,
    accept_within_minutes int NOT NULL CONSTRAINT kitchen_acceptance_takes_time CHECK (accept_within_minutes > 0),
    fee_delivery          bigint NOT NULL CONSTRAINT kitchen_fee_delivery_not_negative CHECK (fee_delivery >= 0),
    fee_packaging         bigint NOT NULL CONSTRAINT kitchen_fee_packaging_not_negative CHECK (fee_packaging >= 0),
    mode                  smallint NOT NULL,
    mode_until            timestamptz,
    delay_minutes         int NOT NULL,
    version               bigint NOT NULL
);

CREATE TABLE items (
    id                 text PRIMARY KEY CONSTRAINT item_id_is_slug CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    brand_id           text NOT NULL CONSTRAINT item_has_brand REFERENCES brands,
    name               text NOT NULL,
    description        text,
    kind               smallint NOT NULL,
    price              bigint NOT NULL CONSTRAINT item_price_not_negative CHECK (price >= 0),
    currency           text NOT NULL CONSTRAINT item_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    tax_basis_points   int NOT NULL CONSTRAINT item_tax_is_share CHECK (tax_basis_points BETWEEN 0 AND 10000),
    recipe_ingredients int[] NOT NULL,
    recipe_quantities  bigint[] NOT NULL,
    modifiers          text[] NOT NULL,
    version            bigint NOT NULL,
    CONSTRAINT item_recipe_is_whole CHECK (cardinality(recipe_ingredients) = cardinality(recipe_quantities)),
    CONSTRAINT item_recipe_takes_something CHECK (0 < ALL (recipe_quantities))
);

CREATE TABLE item_offs (
    kitchen   int NOT NULL CONSTRAINT item_off_has_kitchen REFERENCES kitchens,
    item_id   text NOT NULL CONSTRAINT item_off_has_item REFERENCES items,
    is_off    boolean NOT NULL,
    off_until timestamptz,
    version   bigint NOT NULL,
    PRIMARY KEY (kitchen, item_id)
);

-- Half of each page stays free, so that the many updates of a hot row stay on it (heap-only tuples).
CREATE TABLE stock (
    kitchen    int NOT NULL CONSTRAINT stock_has_kitchen REFERENCES kitchens,
    ingredient int NOT NULL CONSTRAINT stock_has_ingredient REFERENCES ingredients,
    on_hand    bigint NOT NULL CONSTRAINT stock_never_negative CHECK (on_hand >= 0),
    threshold  bigint NOT NULL CONSTRAINT stock_threshold_not_negative CHECK (threshold >= 0),
    state      smallint NOT NULL,
    since      timestamptz NOT NULL,
    PRIMARY KEY (kitchen, ingredient)
) WITH (fillfactor = 50);

-- What is low or out now is little. The index does not touch the hot path: an update stays heap-only unless it changes
-- the value of a column that an index names, and the state changes only when a level crosses a line.
CREATE INDEX stock_alerts ON stock (kitchen, ingredient) WHERE state <> 0;

-- The ledger, a page per stock row and batch: a hot ingredient costs one row a batch, not one an order. A movement
-- without an order has the nil uuid; notes is a JSON array beside the others, or null.
CREATE TABLE movements (
    kitchen    int NOT NULL,
    ingredient int NOT NULL,
    position   bigint NOT NULL,
    at         timestamptz NOT NULL,
    balance    bigint NOT NULL CONSTRAINT movement_balance_never_negative CHECK (balance >= 0),
    positions  bigint[] NOT NULL,
    kinds      smallint[] NOT NULL,
    deltas     bigint[] NOT NULL,
    orders     uuid[] NOT NULL,
    notes      text,
    PRIMARY KEY (kitchen, ingredient, position)
);

-- closed changes once, so that the index of open orders leaves the moves between heap-only.
-- timeline is JSON Lines, one line a version; positions[v] is where the event of version v stands in the log.
CREATE TABLE orders (
    id                 uuid PRIMARY KEY,
    placed_at          timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    total              bigint NOT NULL CONSTRAINT order_total_not_negative CHECK (total >= 0),
    kitchen            int NOT NULL,
    day                date NOT NULL,
    number             int NOT NULL CONSTRAINT order_number_counts_from_1 CHECK (number > 0),
    version            int NOT NULL CONSTRAINT order_version_counts_from_1 CHECK (version > 0),
    status             smallint NOT NULL CONSTRAINT order_status_is_known CHECK (status BETWEEN 0 AND 6),
    fulfilment         smallint NOT NULL,
    closed             boolean NOT NULL,
    brand_id           text NOT NULL,
    channel            text NOT NULL,
    external_reference text,
    customer_id        text,
    courier_id         text,
    need_ingredients   int[] NOT NULL,
    need_quantities    bigint[] NOT NULL,
    positions          bigint[] NOT NULL,
    timeline           bytea NOT NULL,
    content            bytea NOT NULL,
    CONSTRAINT order_closed_when_ended CHECK (closed = (status >= 5)),
    CONSTRAINT order_position_per_version CHECK (cardinality(positions) = version)
) WITH (fillfactor = 75);

CREATE UNIQUE INDEX order_external_reference_once ON orders (channel, external_reference, kitchen)
    WHERE external_reference IS NOT NULL;
CREATE INDEX orders_of_kitchen ON orders (kitchen, id);
CREATE INDEX orders_open ON orders (kitchen, id) WHERE NOT closed;
CREATE INDEX orders_of_customer ON orders (customer_id, id) WHERE customer_id IS NOT NULL;

-- Personal data has one home, so that erasing it leaves history whole. notes is a JSON array, an entry a line.
CREATE TABLE contacts (
    order_id     uuid PRIMARY KEY,
    name         text,
    phone        text,
    email        text,
    address      text,
    instructions text,
    notes        text
);

CREATE TABLE kitchen_days (
    kitchen     int NOT NULL,
    day         date NOT NULL,
    last_number int NOT NULL CONSTRAINT kitchen_day_counts_from_1 CHECK (last_number > 0),
    PRIMARY KEY (kitchen, day)
) WITH (fillfactor = 50);

-- Idempotency: key is a hash of the caller and the key that it chose. The first answer is the order as of a version,
-- or the bytes of the answer.
CREATE TABLE requests (
    key         uuid PRIMARY KEY,
    fingerprint uuid NOT NULL,
    order_id    uuid,
    version     int,
    answer      bytea,
    at          timestamptz NOT NULL,
    CONSTRAINT request_has_answer CHECK ((order_id IS NULL) <> (answer IS NULL))
);
CREATE INDEX requests_by_age ON requests USING brin (at);

-- The log. Positions are handed out under the lock of its row, so they are gap-free and follow the commits.
-- Partitions are dropped whole; nothing but the position is indexed: an order knows the positions of its events.
CREATE TABLE events (
    position bigint NOT NULL PRIMARY KEY,
    id       uuid NOT NULL,
    at       timestamptz NOT NULL,
    order_id uuid,
    sequence int,
    type     smallint NOT NULL,
    kitchen  text,
    brand_id text,
    channel  text,
    subject  text,
    data     bytea NOT NULL
) PARTITION BY RANGE (position);

-- Makes sure that the partitions for the next `ahead` positions exist. Runs as its owner: the server's role owns nothing.
CREATE FUNCTION extend_events(ahead bigint) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    size    CONSTANT bigint := 10000000;
    last    bigint := coalesce((SELECT max(position) FROM events), 0);
    created int := 0;
BEGIN
    FOR part IN (last / size) .. ((last + ahead) / size) LOOP
        IF to_regclass(format('events_%s', lpad(part::text, 6, '0'))) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%s) TO (%s)',
                'events_' || lpad(part::text, 6, '0'), part * size, (part + 1) * size);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;
SELECT extend_events(20000000);
