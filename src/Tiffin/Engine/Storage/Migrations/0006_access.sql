-- Who may call. A key itself is shown once and kept nowhere: 256 random bits need no salt and no slow hash.
-- changed_at tells the nodes what to read again; a revoked key stays, for those who look back.
CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    prefix       text NOT NULL UNIQUE,
    hash         bytea NOT NULL CONSTRAINT api_key_hash_is_sha256 CHECK (octet_length(hash) = 32),
    role         smallint NOT NULL CONSTRAINT api_key_role_is_known CHECK (role BETWEEN 0 AND 5),
    subject      text NOT NULL,
    kitchens     text[] NOT NULL,
    channel      text,
    label        text NOT NULL,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
CREATE INDEX api_keys_changed ON api_keys (changed_at);

-- The second wall: the server's role owns nothing and cannot alter anything; what is written once stays as it was. Run
-- after every migration. Partitions are left out: what a role may do with their table, it may do only through it.
CREATE FUNCTION grant_application() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND pg_has_role(c.relowner, 'MEMBER')
    LOOP
        allowed := CASE relation
            WHEN 'events' THEN 'SELECT, INSERT'
            WHEN 'movements' THEN 'SELECT, INSERT'
            WHEN 'audit' THEN 'SELECT, INSERT'
            WHEN 'migrations' THEN 'SELECT'
            ELSE 'SELECT, INSERT, UPDATE, DELETE' END;
        EXECUTE format('REVOKE ALL ON %I FROM tiffin_app', relation);
        EXECUTE format('GRANT %s ON %I TO tiffin_app', allowed, relation);
    END LOOP;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tiffin_app;
END $$;

-- Who was refused, and who did what only few may do. Rows are added and read, never changed.
CREATE TABLE audit (
    id        uuid PRIMARY KEY,
    at        timestamptz NOT NULL,
    caller    text NOT NULL,
    role      smallint,
    subject   text,
    address   text,
    operation text NOT NULL,
    path      text NOT NULL,
    status    int NOT NULL,
    trace_id  text
);

-- What the owner of an endpoint could see when it was made: it is sent no more than that.
ALTER TABLE webhook_endpoints ADD COLUMN owner_kitchens text[], ADD COLUMN owner_channel text;
