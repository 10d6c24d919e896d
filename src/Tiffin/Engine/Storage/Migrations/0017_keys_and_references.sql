-- Idempotency of administration (keys of the API, webhooks and what is done to them). key is a hash of the caller and
-- the key that it chose. A row without an answer is a request under way; an answer is sealed, since it may hold a
-- secret, and is forgotten with the key after three days.
CREATE TABLE administrative_requests (
    key         uuid PRIMARY KEY,
    fingerprint uuid NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    status      smallint,
    location    text,
    answer      bytea,
    CONSTRAINT administrative_request_is_answered_whole CHECK ((status IS NULL) = (answer IS NULL))
);
CREATE INDEX administrative_requests_by_age ON administrative_requests (at);

-- The webhooks' own idempotency, which the table replaces. The columns stay for nodes of before, and go when there are
-- none.
UPDATE webhook_endpoints SET request = NULL, fingerprint = NULL, answer = NULL WHERE request IS NOT NULL;

-- A hash of the request that placed an order with an external reference: it tells the same request from another one. A
-- hash of personal data is personal data, so that it is erased with it.
ALTER TABLE contacts ADD COLUMN fingerprint uuid;
