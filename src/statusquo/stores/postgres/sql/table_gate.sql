-- A partition that was detached has kept its gate.
CREATE OR REPLACE TRIGGER statusquo_gate BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT
    WHEN (pg_advisory_xact_lock_shared(1398034256, 1) IS NULL) EXECUTE FUNCTION statusquo.never();
-- Of triggers the last by name, so that it copies what the application's own have left.
CREATE TRIGGER "~statusquo_truncate" BEFORE TRUNCATE ON {table} FOR EACH STATEMENT
    EXECUTE FUNCTION {capture_truncate}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER statusquo_gate, ENABLE ALWAYS TRIGGER "~statusquo_truncate";
