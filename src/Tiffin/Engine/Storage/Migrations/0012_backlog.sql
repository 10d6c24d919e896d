-- Up to here an endpoint's events have become deliveries, and the rest waits in the log; null: they become some as they
-- come.
ALTER TABLE webhook_endpoints ADD COLUMN queued_to bigint;

-- As before, and what waits in the log for an endpoint stays there.
CREATE OR REPLACE FUNCTION drop_events(kept interval) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    part        name;
    last_at     timestamptz;
    last        bigint;
    head        CONSTANT bigint := coalesce((SELECT max(position) FROM events), 0);
    passed      CONSTANT bigint := least((SELECT min(position) FROM subscribers),
                                         (SELECT min(queued_to) FROM webhook_endpoints), head);
    dropped     int := 0;
BEGIN
    -- Dropping waits for every reader of the log, and everybody else waits behind it: rather another time.
    PERFORM set_config('lock_timeout', '500ms', true);
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events'::regclass ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT position, at FROM %I ORDER BY position DESC LIMIT 1', part) INTO last, last_at;
        EXIT WHEN last IS NULL OR last >= head OR last > passed OR last_at > now() - kept;
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
