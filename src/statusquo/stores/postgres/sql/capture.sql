-- Set the log of a table aside as what happened after the baseline of that depth.
CREATE FUNCTION statusquo.keep(log_of oid, under integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO statusquo.kept SELECT $1, $2, l::text FROM statusquo.log_%s l', log_of)
    USING under, log_of;
    EXECUTE format('DELETE FROM statusquo.log_%s', log_of);
END
$$;

-- Forget all baselines and what happened since: the next capture is the outermost.
CREATE FUNCTION statusquo.forget() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    logs text;
BEGIN
    SELECT string_agg(format('statusquo.log_%s', relid), ', ') INTO logs
    FROM statusquo.journaled WHERE relid IN (SELECT relid FROM statusquo.dirty);
    EXECUTE 'TRUNCATE ' || concat_ws(', ', 'statusquo.dirty', 'statusquo.kept', 'statusquo.kept_sequence', logs);
    DELETE FROM statusquo.baseline;
    DELETE FROM statusquo.ddl WHERE is_followed;
    DELETE FROM statusquo.intact;
    INSERT INTO statusquo.intact DEFAULT VALUES;
END
$$;

-- Make the present state a baseline, inside those that exist or instead of them; its depth.
CREATE FUNCTION statusquo.capture(run_nonce text, is_outermost boolean, new_token text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    innermost integer;
BEGIN
    PERFORM statusquo.enter(run_nonce);
    -- That there is a baseline is remembered through a crash, else the crash would not be recognized.
    SET LOCAL synchronous_commit = on;
    IF EXISTS (SELECT FROM statusquo.ddl WHERE NOT is_followed) THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ007', MESSAGE = 'the journal must follow DDL first';
    END IF;
    IF is_outermost THEN
        PERFORM statusquo.forget();
    ELSIF NOT EXISTS (SELECT FROM statusquo.intact) THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ003', MESSAGE = 'the journal was lost in a crash';
    ELSE
        SELECT max(depth) INTO innermost FROM statusquo.baseline;
        PERFORM statusquo.keep(relid, innermost) FROM (SELECT DISTINCT relid FROM statusquo.dirty) d;
        DELETE FROM statusquo.dirty;
    END IF;
    PERFORM statusquo.capture_sequences(innermost);
    innermost := coalesce(innermost, -1) + 1;
    INSERT INTO statusquo.baseline
    SELECT innermost, new_token, pg_snapshot_xmin(pg_current_snapshot())::xid, count(*) FROM pg_largeobject_metadata;
    RETURN innermost;
END
$$;
