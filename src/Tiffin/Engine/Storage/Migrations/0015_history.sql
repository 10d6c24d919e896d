-- What only grows is kept by the week, and an old week is dropped: that costs the same for any number of rows,
-- where deleting rows costs more the more there are. Ids are UUIDv7 and begin with the time, so an id alone says its
-- week: a key stays unique over all weeks, and a row is found in one.

-- The last calls for a delivery, the newest last.
ALTER TABLE webhook_deliveries ADD COLUMN history jsonb NOT NULL DEFAULT '[]';

-- Deliveries of a deleted endpoint leave with their week: nothing reads webhook_leftovers any more. It stays for the nodes
-- of before, which write to it.

-- The least UUIDv7 of a time.
CREATE FUNCTION uuid_at(at timestamptz) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- What there is becomes one part of the past, which is dropped when all of it is old. "other" takes what no week takes:
-- ids that are no UUIDv7, no id at all (messages to kitchens), and replays of weeks that were dropped.
ALTER TABLE webhook_deliveries RENAME TO webhook_deliveries_past;
ALTER TABLE notifications RENAME TO notifications_past;
ALTER TABLE audit RENAME TO audit_past;
ALTER INDEX webhook_deliveries_pkey RENAME TO webhook_deliveries_past_pkey;
ALTER INDEX webhook_deliveries_due RENAME TO webhook_deliveries_past_due;
ALTER INDEX webhook_deliveries_in_lane RENAME TO webhook_deliveries_past_in_lane;
DROP INDEX webhook_deliveries_by_age;
ALTER TABLE notifications_past DROP CONSTRAINT notifications_pkey;
ALTER TABLE notifications_past RENAME CONSTRAINT notification_once_per_order_and_status TO notifications_past_once;
ALTER INDEX notifications_open RENAME TO notifications_past_open;
ALTER INDEX audit_pkey RENAME TO audit_past_pkey;

CREATE TABLE webhook_deliveries (LIKE webhook_deliveries_past INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    PRIMARY KEY (endpoint_id, event_id)) PARTITION BY RANGE (event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at, position) WHERE state = 0;
CREATE INDEX webhook_deliveries_in_lane ON webhook_deliveries (endpoint_id, lane, position) WHERE state = 0;
CREATE TABLE webhook_deliveries_other PARTITION OF webhook_deliveries DEFAULT;
CREATE INDEX webhook_deliveries_other_by_age ON webhook_deliveries_other (created_at);

-- A message is found by its order; its own id is that of its event, or random where it tells a kitchen of its stock.
CREATE TABLE notifications (LIKE notifications_past INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    CONSTRAINT notification_once_per_order_and_status UNIQUE (order_id, status)) PARTITION BY RANGE (order_id);
CREATE INDEX notifications_by_id ON notifications (id);
CREATE INDEX notifications_open ON notifications (due_at) WHERE state < 2;
CREATE TABLE notifications_other PARTITION OF notifications DEFAULT;
CREATE INDEX notifications_other_by_age ON notifications_other (at);

CREATE TABLE audit (LIKE audit_past INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE audit_other PARTITION OF audit DEFAULT;
CREATE INDEX audit_other_by_age ON audit_other (at);

DO $$
DECLARE
    -- The Monday after tomorrow or later, so that nodes whose clocks are ahead write nothing behind it yet.
    bound   CONSTANT uuid := uuid_at(date_trunc('week', (now() + interval '8 days') AT TIME ZONE 'UTC') AT TIME ZONE 'UTC');
    history record;
BEGIN
    FOR history IN SELECT * FROM (VALUES ('webhook_deliveries', 'event_id'), ('notifications', 'order_id'), ('audit', 'id'))
        AS h (name, key)
    LOOP
        EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %3$I IS NULL OR %3$I >= %4$L RETURNING *)
            INSERT INTO %2$I SELECT * FROM moved', history.name || '_past', history.name || '_other', history.key, bound);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)',
            history.name, history.name || '_past', bound);
    END LOOP;
END $$;

-- Makes sure that the next weeks exist, and drops those of which everything is older than kept. Returns how many were
-- dropped. Runs as its owner: the server's role owns nothing.
CREATE FUNCTION keep_history(history text, kept interval) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made     CONSTANT text := CASE history WHEN 'webhook_deliveries' THEN 'created_at' ELSE 'at' END;
    monday   timestamp;
    part     name;
    is_busy  boolean := false;
    dropped  int := 0;
BEGIN
    IF history NOT IN ('webhook_deliveries', 'notifications', 'audit') OR kept < interval '1 day' THEN
        RAISE EXCEPTION 'history % is kept for a day at least, not for %', history, kept
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Each step below waits for all who use the table, and everybody else waits behind it: rather another time.
    PERFORM set_config('lock_timeout', '500ms', true);
    EXECUTE format('DELETE FROM public.%1$I WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM public.%1$I WHERE %2$I < now() - $1 ORDER BY %2$I LIMIT 5000))', history || '_other', made)
        USING kept;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ('public.' || quote_ident(history))::regclass
            AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('([-0-9a-f]{36})'\)$re$)::uuid
                <= uuid_at(now() - kept)
    LOOP
        -- An old event was sent again on request, and may still be retried.
        IF history = 'webhook_deliveries' THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I
                WHERE state = 0 AND next_at > now() - interval ''7 days'')', part) INTO is_busy;
        END IF;
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
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', history, part,
                uuid_at(monday AT TIME ZONE 'UTC'), uuid_at((monday + interval '7 days') AT TIME ZONE 'UTC'));
        EXCEPTION
            WHEN invalid_object_definition THEN NULL;  -- The part of the past takes this week.
            WHEN check_violation THEN NULL;            -- "other" holds rows of this week already, and takes the rest.
        END;
    END LOOP;
    RETURN dropped;
END $$;

-- Run after every migration, as grant_application() is.
CREATE FUNCTION grant_history() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    part name;
BEGIN
    REVOKE ALL ON FUNCTION keep_history(text, interval) FROM PUBLIC;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiffin_app') THEN RETURN; END IF;
    GRANT EXECUTE ON FUNCTION keep_history(text, interval) TO tiffin_app;
    FOR part IN SELECT inhrelid::regclass::name FROM pg_inherits
        WHERE inhparent IN ('webhook_deliveries'::regclass, 'notifications'::regclass, 'audit'::regclass)
    LOOP
        EXECUTE format('REVOKE ALL ON public.%I FROM tiffin_app', part);
    END LOOP;
    -- A node of before deletes by ctid, which names a row in each partition: refused, it deletes none at all.
    REVOKE DELETE ON webhook_deliveries FROM tiffin_app;
END $$;

SELECT keep_history('webhook_deliveries', '30 days'), keep_history('notifications', '30 days'),
    keep_history('audit', '30 days');

-- Idempotency keys stay in one table: their primary key is what makes a key unique, over all days, and a batch looks each
-- up in one index. The oldest are found by their time, so that forgetting some costs the same however many there are: the
-- BRIN index it replaces matched nearly all of the table after a week of deletions.
DROP INDEX requests_by_age;
CREATE INDEX requests_by_age ON requests (at);
ALTER TABLE requests SET (autovacuum_vacuum_scale_factor = 0.02);
