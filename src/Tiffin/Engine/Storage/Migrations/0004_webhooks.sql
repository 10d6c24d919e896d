-- Where events are sent. secrets are sealed, the newest first; each signs until its time.
-- One node sends for an endpoint at a time: the owner, while its lease lasts by the database's clock.
CREATE TABLE webhook_endpoints (
    id              uuid PRIMARY KEY,
    owner_role      smallint NOT NULL,
    owner_id        text NOT NULL,
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
    request         uuid UNIQUE,
    fingerprint     uuid,
    answer          bytea,
    sender          uuid,
    leased_until    timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT webhook_secret_has_end CHECK (cardinality(secrets) = cardinality(secrets_until)),
    CONSTRAINT webhook_disabled_for_reason CHECK (enabled = (disabled_reason IS NULL))
) WITH (fillfactor = 50);

-- One row per endpoint and event. A lane is what is kept in order: an order, or what else the event is about.
-- state: 0 pending, 1 delivered, 2 failed for good.
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
    PRIMARY KEY (endpoint_id, event_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Endpoints that were deleted and whose deliveries are not yet.
CREATE TABLE webhook_leftovers (
    endpoint_id uuid PRIMARY KEY
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at, position) WHERE state = 0;
CREATE INDEX webhook_deliveries_in_lane ON webhook_deliveries (endpoint_id, lane, position) WHERE state = 0;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries USING brin (created_at);
