-- What the journal keeps, apart from one log per table. Schema and mark are there before it (mark.sql).

-- The captured states, outermost first. Logged, so that a crash of the server is seen for what it is.
CREATE TABLE statusquo.baseline (
    depth integer PRIMARY KEY,
    token text NOT NULL,
    horizon xid NOT NULL,           -- no row written since has an older xmin
    large_objects bigint NOT NULL,
    has_new_large_objects boolean NOT NULL,     -- or changed ones, since the next outer baseline
    definition text[] NOT NULL,     -- what the database itself is: owner, grants, settings; for a swap
    has_copy boolean NOT NULL DEFAULT false     -- one of the whole database, from which a swap can begin (copies.py)
);

-- One row, as long as no crash emptied the unlogged tables.
CREATE UNLOGGED TABLE statusquo.intact (since timestamptz NOT NULL DEFAULT now());

-- The tables that have a log; the oid is part of the names of the log and its functions.
CREATE TABLE statusquo.journaled (
    relid oid PRIMARY KEY,
    name text NOT NULL,
    columns text[] NOT NULL,
    key text[] NOT NULL,            -- the log's columns that tell rows apart; empty: nothing does
    shape text NOT NULL             -- changes when the log and its functions must be made again
);

-- Tables written since the innermost baseline. Only ever appended to: writers must not queue on it.
CREATE UNLOGGED TABLE statusquo.dirty (relid oid NOT NULL, writer integer NOT NULL DEFAULT pg_backend_pid())
    WITH (autovacuum_enabled = false);

-- The log rows between a baseline of that depth and the next inner one, as text. Logged, as are the sequences:
-- they lead from the template to the innermost baseline, also after a crash.
CREATE TABLE statusquo.kept (
    depth integer NOT NULL,
    relid oid NOT NULL,
    image text NOT NULL,
    is_current boolean NOT NULL DEFAULT true    -- the log is still of the shape that it was of
);
CREATE INDEX kept_place ON statusquo.kept (depth, relid);

-- The sequences as the innermost baseline has them, and those that an outer one has otherwise.
CREATE TABLE statusquo.sequence (
    relid oid PRIMARY KEY,
    last_value bigint NOT NULL,
    is_called boolean NOT NULL,
    definition text NOT NULL,       -- tells ALTER SEQUENCE ... RESTART from an ALTER that cannot be undone
    is_watched boolean NOT NULL DEFAULT false,  -- statusquo.watched() reads it
    is_settled boolean NOT NULL DEFAULT false   -- as it is now, its next nextval() takes a transaction id
);
CREATE INDEX sequence_unsettled ON statusquo.sequence (relid) WHERE NOT is_settled;
CREATE TABLE statusquo.kept_sequence (
    depth integer NOT NULL,
    relid oid NOT NULL,
    last_value bigint NOT NULL,
    is_called boolean NOT NULL
);

-- DDL since the baseline of that depth (-1: before the first, 2147483647: since the innermost).
CREATE TABLE statusquo.ddl (
    depth integer NOT NULL,
    command text NOT NULL,
    object text NOT NULL,
    is_followed boolean NOT NULL DEFAULT false  -- by the triggers and logs
);

-- The digest of the SQL that made all this.
CREATE TABLE statusquo.version (digest text NOT NULL);
