-- The gate: who writes holds it shared until the transaction ends, who captures or rewinds holds it alone.
-- Shared, it is taken in the WHEN clause of a trigger (table_gate.sql), which costs no call of a function.
CREATE FUNCTION statusquo.never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the gate of statusquo is never walked through';
END
$$;

-- True when rows may be there that this transaction does not see: TRUNCATE takes them, and its trigger cannot log them.
-- Where a transaction keeps its snapshot, only one whose number is the next after it can be sure that there are none.
CREATE FUNCTION statusquo.has_old_snapshot() RETURNS boolean LANGUAGE sql AS $$
    SELECT CASE WHEN current_setting('transaction_isolation') IN ('repeatable read', 'serializable')
        THEN (pg_snapshot_xmin(s), pg_snapshot_xmax(s)) <> (pg_current_xact_id(), pg_current_xact_id())
        ELSE false END FROM pg_current_snapshot() s
$$;

-- Take the gate alone, then refuse to go on in a database that does not carry our mark.
CREATE FUNCTION statusquo.enter(run_nonce text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    PERFORM pg_advisory_xact_lock(1398034256, 1);
    SELECT nonce INTO found FROM statusquo.mark;
    IF found IS DISTINCT FROM run_nonce THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ001', MESSAGE = 'not our mark', DETAIL = coalesce(found, '');
    END IF;
END
$$;
