-- Figures as sums: every event adds to some, none depends on another, so any order and any cut of the log gives the
-- same. at is the start of a quarter of an hour in UTC: every time zone's hours and days are made of whole quarters.
-- key tells apart what a measure counts: a currency, an item, an ingredient, a reason with its actor, or the bucket of
-- a histogram.
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
