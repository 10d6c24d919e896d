-- Refusals of the same caller before this one that have no row of their own: nobody fills the table by being refused.
ALTER TABLE audit ADD COLUMN unwritten int NOT NULL DEFAULT 0;

-- Sessions whose people signed out: their cookies are good for nothing, wherever a copy of them is.
CREATE TABLE ended_sessions (
    nonce      text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- Whose keys are still good is asked of every webhook's owner, all the time.
CREATE INDEX api_keys_of_subject ON api_keys (subject);

-- As before, but with a search path on which nobody can put a table of their own before ours.
CREATE OR REPLACE FUNCTION extend_events(ahead bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    size      CONSTANT bigint := 10000000;
    last      bigint := coalesce((SELECT max(position) FROM events), 0);
    created   int := 0;
    partition text;
BEGIN
    FOR part IN (last / size) .. ((last + ahead) / size) LOOP
        partition := 'events_' || lpad(part::text, 6, '0');
        IF to_regclass('public.' || partition) IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I PARTITION OF events FOR VALUES FROM (%s) TO (%s)',
                partition, part * size, (part + 1) * size);
            EXECUTE format('ALTER TABLE public.%I ALTER data SET STATISTICS 0', partition);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;

-- As before, and whoever may call it cannot drop what happened today.
CREATE OR REPLACE FUNCTION drop_events(kept interval) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part        name;
    last_at     timestamptz;
    last        bigint;
    head        CONSTANT bigint := coalesce((SELECT max(position) FROM events), 0);
    passed      CONSTANT bigint := least((SELECT min(position) FROM subscribers),
                                         (SELECT min(queued_to) FROM webhook_endpoints), head);
    dropped     int := 0;
BEGIN
    IF kept < interval '1 day' THEN
        RAISE EXCEPTION 'events are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Dropping waits for every reader of the log, and everybody else waits behind it: rather another time.
    PERFORM set_config('lock_timeout', '500ms', true);
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.events'::regclass ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT position, at FROM public.%I ORDER BY position DESC LIMIT 1', part) INTO last, last_at;
        EXIT WHEN last IS NULL OR last >= head OR last > passed OR last_at > now() - kept;
        EXECUTE format('DROP TABLE public.%I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

-- As before, and what works with the owner's rights is for the server's role alone.
CREATE OR REPLACE FUNCTION grant_application() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    relation name;
    allowed  text;
BEGIN
    REVOKE ALL ON FUNCTION extend_events(bigint), drop_events(interval) FROM PUBLIC;
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
    GRANT EXECUTE ON FUNCTION extend_events(bigint), drop_events(interval) TO tiffin_app;
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
