-- Who reads the log, how far each has come, and which node reads for it now. fence grows with every change of hands:
-- a node that was thought dead and wakes up cannot move a checkpoint that another has taken over.
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

-- Drops the partitions of the log that are older than kept: never the newest that holds an event, since the next
-- position is the log's last plus one, and none that a subscriber still has to read. Runs as its owner.
CREATE FUNCTION drop_events(kept interval) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    part        name;
    last_at     timestamptz;
    last        bigint;
    head        CONSTANT bigint := coalesce((SELECT max(position) FROM events), 0);
    passed      CONSTANT bigint := coalesce((SELECT min(position) FROM subscribers), head);
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

-- Keys of the installation that no configuration gave.
CREATE TABLE secrets (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);
