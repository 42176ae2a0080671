-- The settings of every connection of ours, beside those that shape images (image_settings.sql).
-- Shorter than any sensible deadlock_timeout: in a deadlock it is we who step back, never the application.
SET lock_timeout = '200ms';
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET default_transaction_isolation = 'read committed';
SET default_transaction_read_only = off;
-- What a rewind writes is worth nothing after a crash of the server.
SET synchronous_commit = off;
-- No foreign keys, triggers or rules of the application on what we put back; no journal of it either.
SET session_replication_role = replica;
SET statusquo.journal = off;
-- A journal has no statistics: left to itself the planner hashes it and reads the whole table beside it.
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET jit = off;
-- Nor does a plan depend on which tables are dirty: it is made once.
SET plan_cache_mode = force_generic_plan;
SET work_mem = '64MB';
