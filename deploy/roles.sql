-- Runs once, when compose.yaml's database is empty: creates the role of the nodes, with a password that is not secret.
-- The migration grants it its privileges.
CREATE ROLE tiffin_app LOGIN PASSWORD 'tiffin';
