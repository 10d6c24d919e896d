-- The schema. Amounts of money and of ingredients are integers; ids that operators choose are text; entries that large
-- tables refer to also have a number. Functions and grants are in repeatable/, which every migration run executes.

-- The lock of the event log: a batch locks this row first. It is updated only when the catalogue changes, because an
-- update per batch would accumulate dead row versions for as long as any snapshot is open.
-- catalogue_ids has a random id for each of the last versions of the catalogue, newest first: a failover can assign a
-- version number again for other content, but not its id. A hundred ids fit into the row's page.
CREATE TABLE log (
    one               boolean PRIMARY KEY DEFAULT true CONSTRAINT log_has_one_row CHECK (one),
    catalogue_version bigint NOT NULL DEFAULT 0,
    catalogue_ids     uuid[] NOT NULL DEFAULT ARRAY[gen_random_uuid()]
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

-- Stock rows hold up to 32 neighbouring ingredients of a kitchen: a row of any size costs about the same, and a
-- batch of orders needs nearly every ingredient that a kitchen has. Columns that seldom change come first, because
-- PostgreSQL logs only the part in which an updated row differs. Half of each page stays free for heap-only updates.
CREATE TABLE stock_rows (
    kitchen     int NOT NULL CONSTRAINT stock_row_has_kitchen REFERENCES kitchens,
    block       int NOT NULL,
    has_alerts  boolean NOT NULL GENERATED ALWAYS AS (0 <> ANY (states)) STORED,
    ingredients int[] NOT NULL,
    thresholds  bigint[] NOT NULL CONSTRAINT stock_threshold_not_negative CHECK (0 <= ALL (thresholds)),
    states      smallint[] NOT NULL,
    since       timestamptz[] NOT NULL,
    on_hand     bigint[] NOT NULL CONSTRAINT stock_never_negative CHECK (0 <= ALL (on_hand)),
    PRIMARY KEY (kitchen, block),
    CONSTRAINT stock_row_is_whole CHECK (
        cardinality(ingredients) = cardinality(on_hand) AND cardinality(ingredients) = cardinality(thresholds)
        AND cardinality(ingredients) = cardinality(states) AND cardinality(ingredients) = cardinality(since))
) WITH (fillfactor = 50);

-- Few rows have alerts. An update stays heap-only unless it adds a row's first alert or removes its last.
CREATE INDEX stock_rows_with_alerts ON stock_rows (kitchen) WHERE has_alerts;

-- One row per ingredient, for readers.
CREATE VIEW stock AS
SELECT s.kitchen, e.ingredient, e.on_hand, e.threshold, e.state, e.since, s.has_alerts
FROM stock_rows s CROSS JOIN LATERAL unnest(s.ingredients, s.on_hand, s.thresholds, s.states, s.since)
    AS e (ingredient, on_hand, threshold, state, since);

-- The stock ledger, a projection of the log: a row contains the movements of one ingredient over a short time. A
-- movement without an order has the nil uuid; notes is a JSON array parallel to the others, or null.
CREATE TABLE movements (
    kitchen    int NOT NULL,
    ingredient int NOT NULL,
    position   bigint NOT NULL,
    balance    bigint NOT NULL CONSTRAINT movement_balance_never_negative CHECK (balance >= 0),
    positions  bigint[] NOT NULL,
    times      timestamptz[] NOT NULL,
    kinds      smallint[] NOT NULL,
    deltas     bigint[] NOT NULL,
    orders     uuid[] NOT NULL,
    notes      text,
    PRIMARY KEY (kitchen, ingredient, position)
);

-- closed changes once per order, so that the index of open orders keeps the other status changes heap-only.
-- timeline is JSON Lines, one line per version; positions[v] is the log position of the event of version v.
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

-- The only table with personal data (PII), so that erasing it leaves all other history intact. notes is a JSON array
-- with one element per line. consent is the opt-in to notifications; null means no. fingerprint is a hash of the
-- request if it had an external reference: it identifies the same request, and as a hash of personal data is erased
-- with it.
CREATE TABLE contacts (
    order_id     uuid PRIMARY KEY,
    name         text,
    phone        text,
    email        text,
    address      text,
    instructions text,
    notes        text,
    consent      boolean,
    fingerprint  uuid
);

CREATE TABLE kitchen_days (
    kitchen     int NOT NULL,
    day         date NOT NULL,
    last_number int NOT NULL CONSTRAINT kitchen_day_counts_from_1 CHECK (last_number > 0),
    PRIMARY KEY (kitchen, day)
) WITH (fillfactor = 50);

-- Idempotency keys of commands. key is a hash of the caller and its key. The response is an order as of a version, or
-- the bytes in answer. The keys stay in one table, because its primary key is what makes a key unique over all days.
CREATE TABLE requests (
    key         uuid PRIMARY KEY,
    fingerprint uuid NOT NULL,
    order_id    uuid,
    version     int,
    answer      bytea,
    at          timestamptz NOT NULL,
    CONSTRAINT request_has_answer CHECK ((order_id IS NULL) <> (answer IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX requests_by_age ON requests (at);

-- Idempotency keys of administration. A row without an answer is a request in progress; an answer is encrypted, since
-- it may contain a secret, and is deleted with its key after three days.
CREATE TABLE administrative_requests (
    key         uuid PRIMARY KEY,
    fingerprint uuid NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    status      smallint,
    location    text,
    answer      bytea,
    CONSTRAINT administrative_request_is_answered_whole CHECK ((status IS NULL) = (answer IS NULL))
);
CREATE INDEX administrative_requests_by_age ON administrative_requests (at);

-- The event log, a transactional outbox. Positions are assigned under the lock of the log's row: they have no gaps and
-- follow the order of the commits. Partitions are dropped as a whole; only the position is indexed, because an order
-- knows the positions of its events. traceparent is the trace context of the request that caused the event.
CREATE TABLE events (
    position    bigint NOT NULL PRIMARY KEY,
    id          uuid NOT NULL,
    at          timestamptz NOT NULL,
    order_id    uuid,
    sequence    int,
    type        smallint NOT NULL,
    kitchen     text,
    brand_id    text,
    channel     text,
    subject     text,
    data        bytea NOT NULL,
    traceparent text
) PARTITION BY RANGE (position);

-- Checkpoints and leases of the log's subscribers. fence is the fencing token: it grows with each change of the leader,
-- so a node that lost its lease unnoticed cannot advance a checkpoint that another node has taken over.
CREATE TABLE subscribers (
    name         text PRIMARY KEY,
    position     bigint NOT NULL DEFAULT 0,
    owner        uuid,
    fence        bigint NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    failures     int NOT NULL DEFAULT 0,
    failure      text,
    updated_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- Keys of the installation that are not configured.
CREATE TABLE secrets (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);

-- Analytics, a projection of the log as sums. Each event adds to some, and none depends on another, so any split of
-- the log gives the same sums. at is the start of a quarter of an hour in UTC: the hours and days of every time zone
-- consist of whole quarters. key distinguishes what a measure counts: a currency, an item, an ingredient, a reason
-- with its actor, or the bucket of a histogram.
CREATE TABLE analytics (
    at       timestamptz NOT NULL,
    value    bigint NOT NULL,
    measure  smallint NOT NULL,
    kitchen  text COLLATE "C" NOT NULL,
    brand_id text COLLATE "C" NOT NULL,
    channel  text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    PRIMARY KEY (measure, at, kitchen, brand_id, channel, key),
    CONSTRAINT analytics_at_is_quarter CHECK (extract(epoch FROM at)::bigint % 900 = 0)
) WITH (fillfactor = 75);

-- Amounts that are not yet added to the sums: one row per dimension and batch. They are folded in slices, so that a hot
-- sum is written once for many events, and no fold is large enough to delay orders.
CREATE TABLE analytics_recent (
    at       timestamptz NOT NULL,
    kitchen  text COLLATE "C" NOT NULL,
    brand_id text COLLATE "C" NOT NULL,
    channel  text COLLATE "C" NOT NULL,
    measures smallint[] NOT NULL,
    keys     text[] COLLATE "C" NOT NULL,
    amounts  bigint[] NOT NULL,
    slice    smallint NOT NULL DEFAULT 0,
    CONSTRAINT analytics_recent_is_whole
        CHECK (cardinality(measures) = cardinality(keys) AND cardinality(keys) = cardinality(amounts))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Webhook endpoints. secrets are encrypted, newest first; each signs until its time. One node delivers to an endpoint
-- at a time: sender, while its lease lasts by the database's clock. owner_kitchens and owner_channel are what the
-- owner may see. Events up to queued_to have become deliveries, and later ones are still read from the log; null means
-- that they become deliveries as they are committed.
CREATE TABLE webhook_endpoints (
    id              uuid PRIMARY KEY,
    owner_role      smallint NOT NULL,
    owner_id        text NOT NULL,
    owner_kitchens  text[],
    owner_channel   text,
    url             text NOT NULL,
    description     text,
    types           text[] NOT NULL CONSTRAINT webhook_wants_something CHECK (cardinality(types) > 0),
    kitchens        text[],
    secrets         bytea[] NOT NULL,
    secrets_until   timestamptz[] NOT NULL,
    enabled         boolean NOT NULL DEFAULT true,
    disabled_reason text,
    enabled_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    failing_since   timestamptz,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    version         bigint NOT NULL DEFAULT 1,
    sender          uuid,
    leased_until    timestamptz NOT NULL DEFAULT '-infinity',
    queued_to       bigint,
    CONSTRAINT webhook_secret_has_end CHECK (cardinality(secrets) = cardinality(secrets_until)),
    CONSTRAINT webhook_disabled_for_reason CHECK (enabled = (disabled_reason IS NULL))
) WITH (fillfactor = 50);

-- History that only grows is partitioned by the week of the time in its ids (UUIDv7), and whole weeks are dropped:
-- that costs the same for any number of rows. An id alone determines its week, so a key stays unique over all weeks
-- and a row is found in one partition. The default partition takes ids of weeks without one: ids that are no UUIDv7,
-- no id at all (notifications to kitchens), and replays of weeks that were dropped.

-- One row per endpoint and event. Deliveries of a lane (an order, or another subject) are sent in order.
-- state: 0 pending, 1 delivered, 2 dead-lettered. history has the last calls, newest last.
CREATE TABLE webhook_deliveries (
    endpoint_id   uuid NOT NULL,
    event_id      uuid NOT NULL,
    position      bigint NOT NULL,
    lane          uuid NOT NULL,
    order_id      uuid,
    sequence      int,
    type          smallint NOT NULL,
    state         smallint NOT NULL DEFAULT 0 CONSTRAINT webhook_delivery_state_is_known CHECK (state BETWEEN 0 AND 2),
    attempts      int NOT NULL DEFAULT 0,
    next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempted_at  timestamptz,
    took          interval,
    response_code smallint,
    response      bytea,
    error         text,
    history       jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (endpoint_id, event_id)
) PARTITION BY RANGE (event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at, position) WHERE state = 0;
CREATE INDEX webhook_deliveries_in_lane ON webhook_deliveries (endpoint_id, lane, position) WHERE state = 0;
CREATE TABLE webhook_deliveries_other PARTITION OF webhook_deliveries DEFAULT;
CREATE INDEX webhook_deliveries_other_by_age ON webhook_deliveries_other (created_at);

-- Notifications: to the customer of an order at a status, or to a kitchen about its stock. Without personal data: the
-- recipient is read from contacts when the message is sent, and is redacted in the receiving server's reply. A row is
-- claimed before its message is sent, so that a crash never sends it twice (at-most-once).
CREATE TABLE notifications (
    id          uuid NOT NULL,
    order_id    uuid,
    status      smallint,
    kitchen     text,
    stock       text,
    channel     smallint NOT NULL,
    state       smallint NOT NULL DEFAULT 0,
    at          timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    attempts    int NOT NULL DEFAULT 0,
    claimed_at  timestamptz,
    ended_at    timestamptz,
    error       text,
    traceparent text,
    CONSTRAINT notification_once_per_order_and_status UNIQUE (order_id, status),
    CONSTRAINT notification_is_of_order_or_kitchen CHECK ((order_id IS NULL) <> (kitchen IS NULL))
) PARTITION BY RANGE (order_id);
CREATE INDEX notifications_by_id ON notifications (id);
CREATE INDEX notifications_open ON notifications (due_at) WHERE state < 2;
CREATE TABLE notifications_other PARTITION OF notifications DEFAULT;
CREATE INDEX notifications_other_by_age ON notifications_other (at);

-- The audit: rejected and privileged requests. unwritten counts preceding rejections of the same caller without a row
-- of their own, so that rejected requests cannot fill the table.
CREATE TABLE audit (
    id        uuid PRIMARY KEY,
    at        timestamptz NOT NULL,
    caller    text NOT NULL,
    role      smallint,
    subject   text,
    address   text,
    operation text NOT NULL,
    path      text NOT NULL,
    status    int NOT NULL,
    trace_id  text,
    unwritten int NOT NULL DEFAULT 0
) PARTITION BY RANGE (id);
CREATE TABLE audit_other PARTITION OF audit DEFAULT;
CREATE INDEX audit_other_by_age ON audit_other (at);

-- E-mail addresses for the stock alerts of kitchens, and when the next one may be sent.
CREATE TABLE alert_addresses (
    kitchen text PRIMARY KEY,
    email   text NOT NULL,
    next_at timestamptz NOT NULL DEFAULT '-infinity'
);

-- Stock alerts that are not sent yet: the latest state of each ingredient. One that recovers first is not sent.
CREATE TABLE alerts_pending (
    kitchen text NOT NULL,
    sku     text NOT NULL,
    is_out  boolean NOT NULL,
    on_hand bigint NOT NULL,
    PRIMARY KEY (kitchen, sku)
);

-- API keys. Only the hash of a key is stored: 256 random bits need neither a salt nor a slow hash. changed_at tells the
-- nodes which keys to read again; revoked keys are kept.
CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    prefix       text NOT NULL UNIQUE,
    hash         bytea NOT NULL CONSTRAINT api_key_hash_is_sha256 CHECK (octet_length(hash) = 32),
    role         smallint NOT NULL CONSTRAINT api_key_role_is_known CHECK (role BETWEEN 0 AND 5),
    subject      text NOT NULL,
    kitchens     text[] NOT NULL,
    channel      text,
    label        text NOT NULL,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
CREATE INDEX api_keys_changed ON api_keys (changed_at);
-- The owners of webhooks are checked for a valid key every few seconds.
CREATE INDEX api_keys_of_subject ON api_keys (subject);

-- Browser sessions that were signed out: their cookies are rejected until they expire.
CREATE TABLE ended_sessions (
    nonce      text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- No query filters by these columns, and sampling them is most of the cost of ANALYZE.
ALTER TABLE orders ALTER timeline SET STATISTICS 0, ALTER content SET STATISTICS 0,
    ALTER need_ingredients SET STATISTICS 0, ALTER need_quantities SET STATISTICS 0, ALTER positions SET STATISTICS 0;
ALTER TABLE events ALTER data SET STATISTICS 0;
ALTER TABLE movements ALTER positions SET STATISTICS 0, ALTER times SET STATISTICS 0, ALTER kinds SET STATISTICS 0,
    ALTER deltas SET STATISTICS 0, ALTER orders SET STATISTICS 0, ALTER notes SET STATISTICS 0;
ALTER TABLE requests ALTER answer SET STATISTICS 0;
ALTER TABLE analytics_recent ALTER measures SET STATISTICS 0, ALTER keys SET STATISTICS 0,
    ALTER amounts SET STATISTICS 0;
