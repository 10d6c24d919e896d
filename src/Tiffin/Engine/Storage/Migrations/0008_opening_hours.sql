-- When the kitchen makes orders, as a JSON object; null if it is always open.
ALTER TABLE kitchens ADD COLUMN hours bytea;
