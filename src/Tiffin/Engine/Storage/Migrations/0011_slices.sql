-- What was counted in the last moments is added to the sums in slices: all at once is felt by whoever orders meanwhile.
ALTER TABLE analytics_recent ADD COLUMN slice smallint NOT NULL DEFAULT 0;

-- Nobody asks for rows by what these hold, and to sample them is most of what an ANALYZE costs.
ALTER TABLE orders ALTER timeline SET STATISTICS 0, ALTER content SET STATISTICS 0,
    ALTER need_ingredients SET STATISTICS 0, ALTER need_quantities SET STATISTICS 0, ALTER positions SET STATISTICS 0;
ALTER TABLE events ALTER data SET STATISTICS 0;
ALTER TABLE movements ALTER positions SET STATISTICS 0, ALTER times SET STATISTICS 0, ALTER kinds SET STATISTICS 0,
    ALTER deltas SET STATISTICS 0, ALTER orders SET STATISTICS 0, ALTER notes SET STATISTICS 0;
ALTER TABLE requests ALTER answer SET STATISTICS 0;
ALTER TABLE analytics_recent ALTER measures SET STATISTICS 0, ALTER keys SET STATISTICS 0,
    ALTER amounts SET STATISTICS 0;

-- As before, and a new partition is sampled as the others are.
CREATE OR REPLACE FUNCTION extend_events(ahead bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    size      CONSTANT bigint := 10000000;
    last      bigint := coalesce((SELECT max(position) FROM events), 0);
    created   int := 0;
    partition text;
BEGIN
    FOR part IN (last / size) .. ((last + ahead) / size) LOOP
        partition := 'events_' || lpad(part::text, 6, '0');
        IF to_regclass(partition) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%s) TO (%s)',
                partition, part * size, (part + 1) * size);
            EXECUTE format('ALTER TABLE %I ALTER data SET STATISTICS 0', partition);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;
