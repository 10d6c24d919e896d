-- The end of the log when the endpoint was created or last enabled: it gets later events only, however far behind the
-- reader that queues its deliveries was at that moment.
ALTER TABLE webhook_endpoints ADD starts_after bigint NOT NULL DEFAULT 0;
