-- Set the log of a table aside as what happened after the baseline of that depth.
CREATE FUNCTION statusquo.keep(log_of oid, under integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO statusquo.kept (depth, relid, image) SELECT $1, $2, l::text FROM statusquo.log_%s l', log_of)
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

-- Forget all baselines but the outermost, and count what happened since as one: the next capture is the second.
CREATE FUNCTION statusquo.flatten() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM statusquo.baseline WHERE depth > 0;
    UPDATE statusquo.kept SET depth = 0 WHERE depth > 0;
    DELETE FROM statusquo.kept_sequence k
    WHERE EXISTS (SELECT FROM statusquo.kept_sequence o WHERE o.relid = k.relid AND o.depth < k.depth);
    UPDATE statusquo.kept_sequence SET depth = 0 WHERE depth > 0;
    UPDATE statusquo.ddl SET depth = 0 WHERE depth > 0;
END
$$;

-- Make the present state a baseline, inside those that exist or instead of them; its depth.
-- The outermost one of a new stack replaces them all, but for the one that the database shares with its template.
-- Where no journal leads to it from the next outer one, a swap will need a copy: refused unless it gets one.
CREATE FUNCTION statusquo.capture(
    run_nonce text, is_outermost boolean, has_template boolean, gets_copy boolean, new_token text
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    innermost integer;
    is_intact boolean := EXISTS (SELECT FROM statusquo.intact);
    has_new_large_objects boolean;
    obstacle text;
BEGIN
    PERFORM statusquo.enter(run_nonce);
    -- That there is a baseline is remembered through a crash, else the crash would not be recognized.
    SET LOCAL synchronous_commit = on;
    IF EXISTS (SELECT FROM statusquo.ddl WHERE NOT is_followed) OR statusquo.has_unnoticed_ddl() THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ007', MESSAGE = 'the journal must follow DDL first';
    END IF;
    IF is_outermost AND has_template AND is_intact AND EXISTS (SELECT FROM statusquo.baseline) THEN
        PERFORM statusquo.flatten();
    ELSIF is_outermost THEN
        PERFORM statusquo.forget();
    ELSIF NOT is_intact THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ003', MESSAGE = 'the journal was lost in a crash';
    END IF;
    SELECT max(depth) INTO innermost FROM statusquo.baseline;
    IF innermost IS NOT NULL THEN
        PERFORM statusquo.keep(relid, innermost) FROM (SELECT DISTINCT relid FROM statusquo.dirty) d;
        DELETE FROM statusquo.dirty;
    END IF;
    has_new_large_objects := innermost IS NOT NULL AND statusquo.has_other_large_objects(innermost);
    IF has_template AND NOT gets_copy THEN
        obstacle := CASE WHEN innermost IS NULL THEN 'a journal that begins anew'
            WHEN has_new_large_objects THEN 'changed large objects'
            ELSE (SELECT string_agg(DISTINCT command || ' ' || object, ', ') FROM statusquo.ddl WHERE depth >= innermost) END;
        IF obstacle IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'SQ008', MESSAGE = 'a copy is needed', DETAIL = obstacle;
        END IF;
    END IF;
    PERFORM statusquo.capture_sequences(innermost);
    UPDATE statusquo.ddl SET depth = coalesce(innermost, -1) WHERE depth = 2147483647;
    innermost := coalesce(innermost, -1) + 1;
    INSERT INTO statusquo.baseline
    SELECT innermost, new_token, pg_snapshot_xmin(pg_current_snapshot())::xid, count(*), has_new_large_objects,
        statusquo.define_database(current_database(), current_database())
    FROM pg_largeobject_metadata;
    RETURN innermost;
END
$$;
