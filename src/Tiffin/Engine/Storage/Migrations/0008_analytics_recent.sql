-- What was counted in the last moments: a row per place and batch, with what it adds to which sums. It is added to
-- analytics now and then, much at once: the row of a sum in demand is then written once for all of it.
CREATE TABLE analytics_recent (
    at       timestamptz NOT NULL,
    kitchen  text COLLATE "C" NOT NULL,
    brand_id text COLLATE "C" NOT NULL,
    channel  text COLLATE "C" NOT NULL,
    measures smallint[] NOT NULL,
    keys     text[] COLLATE "C" NOT NULL,
    amounts  bigint[] NOT NULL,
    CONSTRAINT analytics_recent_is_whole
        CHECK (cardinality(measures) = cardinality(keys) AND cardinality(keys) = cardinality(amounts))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
