-- The span of the request that caused an event (https://www.w3.org/TR/trace-context/#traceparent-header), if it was
-- traced; and of the event that a message tells of.
ALTER TABLE events ADD COLUMN traceparent text;
ALTER TABLE notifications ADD COLUMN traceparent text;
