-- The gate: who writes holds it shared until the transaction ends, who captures or rewinds holds it alone.
-- Shared, it is taken in the WHEN clause of a trigger (table_gate.sql), which costs no call of a function.
CREATE FUNCTION statusquo.never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the gate of statusquo is never walked through';
END
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
