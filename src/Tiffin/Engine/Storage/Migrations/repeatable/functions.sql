-- Functions, replaced by every migration run. Those with SECURITY DEFINER run as the owner of the tables, because the
-- server's role may not create or drop any; pg_temp comes last in their search path, so that no temporary table can
-- take the place of one of ours.

-- The lowest UUIDv7 of a time.
CREATE OR REPLACE FUNCTION uuid_at(at timestamptz) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Creates the log's partitions for the next `ahead` positions; returns how many. Does not wait for readers of the log:
-- CREATE TABLE ... PARTITION OF would lock the whole log exclusively, ATTACH PARTITION locks it only against other
-- changes of its structure. The constraint spares ATTACH from scanning the partition; each insert would check it, so it
-- is dropped afterwards.
CREATE OR REPLACE FUNCTION extend_events(ahead bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    size      CONSTANT bigint := 10000000;
    last      bigint;
    created   int := 0;
    partition text;
BEGIN
    -- Another node is creating the same partitions.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('tiffin extend_events', 0)) THEN RETURN 0; END IF;
    PERFORM set_config('lock_timeout', '500ms', true);
    last := coalesce((SELECT max(position) FROM events), 0);
    FOR part IN (last / size) .. ((last + ahead) / size) LOOP
        partition := 'events_' || lpad(part::text, 6, '0');
        IF to_regclass('public.' || partition) IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I (LIKE public.events INCLUDING ALL,
                CONSTRAINT bounds CHECK (position >= %s AND position < %s))',
                partition, part * size, (part + 1) * size);
            EXECUTE format('ALTER TABLE public.%I ALTER data SET STATISTICS 0', partition);
            EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
                partition, part * size, (part + 1) * size);
            EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT bounds', partition);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;

-- Drops the log's partitions whose events are all older than `kept`: never the newest one with an event, because the
-- next position is the last one plus 1, and none that a subscriber or a webhook still has to read. Returns how many.
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
    -- DROP waits for every reader of the log, and later statements wait behind it: give up, the caller retries.
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

-- Creates the partitions of the coming weeks and drops those in which everything is older than `kept`; returns how many
-- were dropped.
CREATE OR REPLACE FUNCTION keep_history(history text, kept interval) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made     CONSTANT text := CASE history WHEN 'webhook_deliveries' THEN 'created_at' ELSE 'at' END;
    -- An old event was redelivered or replayed on request and may still be retried. Messages are in the week in which
    -- their order was placed, which may have been scheduled for a later month.
    is_used  CONSTANT text := CASE history
        WHEN 'webhook_deliveries' THEN 'state = 0 AND next_at > now() - interval ''7 days'''
        WHEN 'notifications' THEN 'at >= now() - $1'
        ELSE 'false' END;
    monday   timestamp;
    part     name;
    is_busy  boolean;
    dropped  int := 0;
BEGIN
    IF history NOT IN ('webhook_deliveries', 'notifications', 'audit') OR kept < interval '1 day' THEN
        RAISE EXCEPTION 'history % is kept for a day at least, not for %', history, kept
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Each step waits for all users of the table, and later statements wait behind it: give up, the caller retries.
    PERFORM set_config('lock_timeout', '500ms', true);
    EXECUTE format('DELETE FROM public.%1$I WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM public.%1$I WHERE %2$I < now() - $1 AND NOT (%3$s) ORDER BY %2$I LIMIT 5000))',
        history || '_other', made, is_used) USING kept;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ('public.' || quote_ident(history))::regclass
            AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('([-0-9a-f]{36})'\)$re$)::uuid
                <= uuid_at(now() - kept)
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE %s)', part, is_used) INTO is_busy USING kept;
        CONTINUE WHEN is_busy;
        EXECUTE format('DROP TABLE public.%I', part);
        dropped := dropped + 1;
    END LOOP;
    FOR week IN 0 .. 2 LOOP
        monday := date_trunc('week', now() AT TIME ZONE 'UTC') + week * interval '7 days';
        part := history || '_' || to_char(monday, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)
                WITH (autovacuum_vacuum_scale_factor = 0.02)', part, history);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                history, part,
                uuid_at(monday AT TIME ZONE 'UTC'), uuid_at((monday + interval '7 days') AT TIME ZONE 'UTC'));
        EXCEPTION
            WHEN check_violation THEN NULL;  -- The default partition has rows of this week already, and takes the rest.
        END;
    END LOOP;
    RETURN dropped;
END $$;

-- The partitions that a new database needs at once; afterwards, the server creates them ahead of use.
SELECT extend_events(20000000);
SELECT keep_history(history, interval '50 years')
FROM unnest(ARRAY['webhook_deliveries', 'notifications', 'audit']) AS history;
