-- Who reads the log, how far each has come, and which node reads for it now. fence grows with every change of hands:
-- a node that was thought dead and wakes up cannot move a checkpoint that another has taken over.
CREATE TABLE subscribers (
    name         text PRIMARY KEY,
    position     bigint NOT NULL DEFAULT 0,
    owner        uuid,
    fence        bigint NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    failures     int NOT NULL DEFAULT 0,
    failure      text,
    updated_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
