-- Run once, by the empty database of compose.yaml: the role of the nodes, with a password that is no secret. The
-- migration gives it what it may do.
CREATE ROLE tiffin_app LOGIN PASSWORD 'tiffin';
