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
