-- A random id for each of the last versions of the catalogue, the newest first. A failover can hand a version's number
-- out again for other content; its id it cannot. A node's copy is good when its version's id is the one in this list.
-- A hundred ids stay within the row's page, so that they cost a batch nothing beyond reading it.
ALTER TABLE log ADD COLUMN catalogue_ids uuid[] NOT NULL DEFAULT ARRAY[gen_random_uuid()];

-- During an upgrade, a node of the release before still moves the version, and knows no ids.
CREATE FUNCTION identify_catalogue() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.catalogue_ids := array_prepend(gen_random_uuid(), OLD.catalogue_ids[1:99]);
    RETURN NEW;
END $$;
CREATE TRIGGER log_identifies_catalogue BEFORE UPDATE ON log FOR EACH ROW
    WHEN (NEW.catalogue_version <> OLD.catalogue_version AND NEW.catalogue_ids = OLD.catalogue_ids)
    EXECUTE FUNCTION identify_catalogue();

-- As before, but without waiting for a reader of the log: CREATE TABLE ... PARTITION OF locks the whole log against
-- everything, ATTACH PARTITION only against other changes of its structure. The constraint spares ATTACH from reading
-- the partition, and then goes, or each insert would check it.
CREATE OR REPLACE FUNCTION extend_events(ahead bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    size      CONSTANT bigint := 10000000;
    last      bigint;
    created   int := 0;
    partition text;
BEGIN
    -- Another node makes the same partitions at this moment.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('tiffin extend_events', 0)) THEN RETURN 0; END IF;
    PERFORM set_config('lock_timeout', '500ms', true);
    last := coalesce((SELECT max(position) FROM events), 0);
    FOR part IN (last / size) .. ((last + ahead) / size) LOOP
        partition := 'events_' || lpad(part::text, 6, '0');
        IF to_regclass('public.' || partition) IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I (LIKE public.events INCLUDING ALL,
                CONSTRAINT bounds CHECK (position >= %s AND position < %s))', partition, part * size, (part + 1) * size);
            EXECUTE format('ALTER TABLE public.%I ALTER data SET STATISTICS 0', partition);
            EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
                partition, part * size, (part + 1) * size);
            EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT bounds', partition);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;
