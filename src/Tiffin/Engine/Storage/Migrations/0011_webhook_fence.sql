-- The fencing token of the sender's lease: it grows with each change of the sender, so a node that lost its lease
-- unnoticed records no outcome, no failure and no hold.
ALTER TABLE webhook_endpoints ADD fence bigint NOT NULL DEFAULT 0;
