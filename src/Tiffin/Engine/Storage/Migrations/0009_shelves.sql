-- Stock stands on shelves: 32 neighbouring ingredients of a kitchen share a row. A row costs about the same whatever
-- stands in it, and a batch of orders takes something of nearly everything that a kitchen has.
-- What seldom changes stands before what always does: PostgreSQL logs only where a row differs from the one before.
CREATE TABLE shelves (
    kitchen     int NOT NULL CONSTRAINT shelf_has_kitchen REFERENCES kitchens,
    shelf       int NOT NULL,
    has_alerts  boolean NOT NULL GENERATED ALWAYS AS (0 <> ANY (states)) STORED,
    ingredients int[] NOT NULL,
    thresholds  bigint[] NOT NULL CONSTRAINT stock_threshold_not_negative CHECK (0 <= ALL (thresholds)),
    states      smallint[] NOT NULL,
    since       timestamptz[] NOT NULL,
    on_hand     bigint[] NOT NULL CONSTRAINT stock_never_negative CHECK (0 <= ALL (on_hand)),
    PRIMARY KEY (kitchen, shelf),
    CONSTRAINT shelf_is_whole CHECK (
        cardinality(ingredients) = cardinality(on_hand) AND cardinality(ingredients) = cardinality(thresholds)
        AND cardinality(ingredients) = cardinality(states) AND cardinality(ingredients) = cardinality(since))
) WITH (fillfactor = 50);

-- What is low or out now is little; an update stays heap-only unless it makes a shelf's first alert, or its last.
CREATE INDEX shelf_alerts ON shelves (kitchen) WHERE has_alerts;

INSERT INTO shelves (kitchen, shelf, ingredients, thresholds, states, since, on_hand)
SELECT kitchen, ingredient / 32, array_agg(ingredient ORDER BY ingredient), array_agg(threshold ORDER BY ingredient),
    array_agg(state ORDER BY ingredient), array_agg(since ORDER BY ingredient), array_agg(on_hand ORDER BY ingredient)
FROM stock GROUP BY kitchen, ingredient / 32;

DROP TABLE stock;

-- For whoever reads: a row an ingredient, as before.
CREATE VIEW stock AS
SELECT s.kitchen, e.ingredient, e.on_hand, e.threshold, e.state, e.since, s.has_alerts
FROM shelves s CROSS JOIN LATERAL unnest(s.ingredients, s.on_hand, s.thresholds, s.states, s.since)
    AS e (ingredient, on_hand, threshold, state, since);

-- As before, and a view may be read.
CREATE OR REPLACE FUNCTION grant_application() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    relation name;
    allowed  text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiffin_app') THEN
        BEGIN
            CREATE ROLE tiffin_app LOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;  -- Another database of the cluster was faster.
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'tiffin_app is missing and cannot be created: the server will have to run as the owner';
                RETURN;
        END;
    END IF;
    GRANT USAGE ON SCHEMA public TO tiffin_app;
    FOR relation IN SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
            AND pg_has_role(c.relowner, 'MEMBER')
    LOOP
        allowed := CASE relation
            WHEN 'events' THEN 'SELECT, INSERT'
            WHEN 'movements' THEN 'SELECT, INSERT'
            WHEN 'audit' THEN 'SELECT, INSERT'
            WHEN 'migrations' THEN 'SELECT'
            WHEN 'stock' THEN 'SELECT'
            ELSE 'SELECT, INSERT, UPDATE, DELETE' END;
        EXECUTE format('REVOKE ALL ON %I FROM tiffin_app', relation);
        EXECUTE format('GRANT %s ON %I TO tiffin_app', allowed, relation);
    END LOOP;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tiffin_app;
END $$;
