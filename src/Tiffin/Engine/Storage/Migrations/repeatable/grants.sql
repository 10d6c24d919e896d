-- Grants, renewed by every migration run. Defence in depth: the server's role owns nothing, cannot alter anything, and
-- cannot change what is append-only. Partitions get no grants: they are accessible only through their table.
REVOKE ALL ON FUNCTION extend_events(bigint), drop_events(interval), keep_history(text, interval) FROM PUBLIC;

DO $$
DECLARE
    relation name;
    allowed  text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiffin_app') THEN
        BEGIN
            CREATE ROLE tiffin_app LOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;  -- By a migration of another database.
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'tiffin_app does not exist and cannot be created: the server must run as the owner';
                RETURN;
        END;
    END IF;
    GRANT USAGE ON SCHEMA public TO tiffin_app;
    GRANT EXECUTE ON FUNCTION extend_events(bigint), drop_events(interval), keep_history(text, interval) TO tiffin_app;
    FOR relation IN SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
            AND pg_has_role(c.relowner, 'MEMBER')
    LOOP
        allowed := CASE
            WHEN relation IN ('events', 'movements', 'audit') THEN 'SELECT, INSERT'
            WHEN relation IN ('migrations', 'stock') THEN 'SELECT'
            WHEN relation = 'webhook_deliveries' THEN 'SELECT, INSERT, UPDATE'
            ELSE 'SELECT, INSERT, UPDATE, DELETE' END;
        EXECUTE format('REVOKE ALL ON public.%I FROM tiffin_app', relation);
        EXECUTE format('GRANT %s ON public.%I TO tiffin_app', allowed, relation);
    END LOOP;
END $$;
