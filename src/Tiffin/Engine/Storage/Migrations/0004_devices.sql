-- The key of a paired device is used through the session of its browser only: its text is never given out.
ALTER TABLE api_keys ADD is_device boolean NOT NULL DEFAULT false;
CREATE INDEX api_keys_of_devices ON api_keys (id) WHERE is_device AND revoked_at IS NULL;

-- Devices that ask to be paired. A row lives ten minutes, or until the device has its credential. Only hashes of the
-- code and of the device's secret are stored; kitchen, name and confirmed_by are set when a manager confirms.
CREATE TABLE device_pairings (
    secret_hash  bytea PRIMARY KEY CONSTRAINT device_pairing_secret_is_sha256 CHECK (octet_length(secret_hash) = 32),
    code_hash    bytea NOT NULL CONSTRAINT device_pairing_code_is_unique UNIQUE,
    address      text NOT NULL,
    expires_at   timestamptz NOT NULL,
    kitchen      text,
    name         text,
    confirmed_by text,
    CONSTRAINT device_pairing_is_confirmed_as_a_whole CHECK (
        num_nulls(kitchen, name, confirmed_by) IN (0, 3))
);
CREATE INDEX device_pairings_by_expiry ON device_pairings (expires_at);
