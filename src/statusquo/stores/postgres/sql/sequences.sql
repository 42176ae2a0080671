-- pg_sequence_last_value() is the cheap way to ask (0.7 us; a plain SELECT costs 2) but answers NULL for
-- every sequence that was not called yet, whatever setval() made of it: those are read through watched().

CREATE FUNCTION statusquo.read_sequence(relid oid, OUT last_value bigint, OUT is_called boolean) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT last_value, is_called FROM %s', relid::regclass) INTO last_value, is_called;
END
$$;

-- What ALTER SEQUENCE can change, other than the value.
CREATE FUNCTION statusquo.define_sequence(sequence oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT (s, c.relname, c.relnamespace, c.relowner, c.relpersistence, d.refobjid, d.refobjsubid)::text
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
    WHERE s.seqrelid = sequence
$$;

-- Make watched() read all sequences that are not called in the innermost baseline, or were not in an outer one.
CREATE FUNCTION statusquo.watch_sequences() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    reads text;
BEGIN
    UPDATE statusquo.sequence SET is_watched = true WHERE NOT is_called AND NOT is_watched;
    SELECT string_agg(format('SELECT %s::oid, last_value, is_called FROM %s', relid, relid::regclass), ' UNION ALL ')
    INTO reads FROM statusquo.sequence WHERE is_watched;
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION statusquo.watched() RETURNS TABLE (relid oid, last_value bigint, is_called boolean)
         LANGUAGE sql STABLE AS %L',
        coalesce(reads, 'SELECT NULL::oid, NULL::bigint, NULL::boolean WHERE false'));
END
$$;

SELECT statusquo.watch_sequences();

-- The sequences that are not as the innermost baseline has them.
CREATE FUNCTION statusquo.moved_sequences() RETURNS SETOF oid LANGUAGE sql STABLE AS $$
    SELECT s.relid FROM statusquo.sequence s
    WHERE s.is_called AND pg_sequence_last_value(s.relid) IS DISTINCT FROM s.last_value
    UNION ALL
    SELECT s.relid FROM statusquo.sequence s JOIN statusquo.watched() w ON w.relid = s.relid
    WHERE NOT s.is_called AND (w.is_called OR w.last_value <> s.last_value)
$$;

-- Put back all that moved; how many those were.
CREATE FUNCTION statusquo.restore_sequences() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    moved oid[] := ARRAY(SELECT m FROM statusquo.moved_sequences() m);
    cached regclass;
BEGIN
    IF moved <> '{}' THEN
        -- Sessions hand out what they cached (CACHE n) whatever setval() says; RESTART stops them.
        FOR cached IN SELECT seqrelid FROM pg_sequence WHERE seqrelid = ANY (moved) AND seqcache > 1 LOOP
            EXECUTE format('ALTER SEQUENCE %s RESTART', cached);
        END LOOP;
        PERFORM setval(s.relid::regclass, s.last_value, s.is_called)
        FROM statusquo.sequence s WHERE s.relid = ANY (moved);
    END IF;
    RETURN cardinality(moved);
END
$$;

-- A nextval() takes no transaction id where the one before wrote as much ahead (SEQ_LOG_VALS in sequence.c). Set all sequences
-- to what they are, after which the next one does; true if that goes for all. Unlogged ones never take any, and cycles
-- may come back to where they were.
CREATE FUNCTION statusquo.settle_sequences() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    unsettled oid[] := ARRAY(
        SELECT s.relid FROM statusquo.sequence s
        JOIN pg_class c ON c.oid = s.relid JOIN pg_sequence p ON p.seqrelid = s.relid
        WHERE NOT s.is_settled AND c.relpersistence = 'p' AND NOT p.seqcycle);
BEGIN
    PERFORM setval(s.relid::regclass, s.last_value, s.is_called)
    FROM statusquo.sequence s WHERE s.relid = ANY (unsettled);
    UPDATE statusquo.sequence SET is_settled = true WHERE relid = ANY (unsettled);
    RETURN NOT EXISTS (SELECT FROM statusquo.sequence WHERE NOT is_settled);
END
$$;

-- Make the present values those of the innermost baseline; how they were in the one before, of that depth, is kept.
CREATE FUNCTION statusquo.capture_sequences(before integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moved oid[] := ARRAY(SELECT m FROM statusquo.moved_sequences() m);
BEGIN
    IF moved = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO statusquo.kept_sequence
    SELECT before, s.relid, s.last_value, s.is_called FROM statusquo.sequence s
    WHERE s.relid = ANY (moved) AND before IS NOT NULL;
    UPDATE statusquo.sequence s SET last_value = r.last_value, is_called = r.is_called, is_settled = false
    FROM statusquo.sequence old, statusquo.read_sequence(old.relid) r
    WHERE old.relid = ANY (moved) AND s.relid = old.relid;
    IF EXISTS (SELECT FROM statusquo.sequence WHERE NOT is_called AND NOT is_watched) THEN
        PERFORM statusquo.watch_sequences();
    END IF;
END
$$;

-- Make the values that the baseline of that depth has those of the innermost one.
CREATE FUNCTION statusquo.reopen_sequences(to_depth integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE statusquo.sequence s SET last_value = k.last_value, is_called = k.is_called
    FROM (SELECT DISTINCT ON (relid) * FROM statusquo.kept_sequence
          WHERE depth >= to_depth ORDER BY relid, depth) k
    WHERE s.relid = k.relid;
    DELETE FROM statusquo.kept_sequence WHERE depth >= to_depth;
END
$$;

-- Follow the sequences that came and went.
CREATE FUNCTION statusquo.sync_sequences() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    present oid[] := ARRAY(
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'S' AND c.relpersistence <> 't'
          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'statusquo')
          AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'));
BEGIN
    -- A swap needs to know what those were that are gone.
    INSERT INTO statusquo.kept_sequence
    SELECT b.depth, s.relid, s.last_value, s.is_called
    FROM statusquo.sequence s, (SELECT max(depth) AS depth FROM statusquo.baseline) b
    WHERE s.relid <> ALL (present) AND b.depth IS NOT NULL;
    DELETE FROM statusquo.sequence WHERE relid <> ALL (present);
    UPDATE statusquo.sequence SET definition = statusquo.define_sequence(relid), is_settled = false;
    INSERT INTO statusquo.sequence
    SELECT p.relid, s.last_value, s.is_called, statusquo.define_sequence(p.relid)
    FROM unnest(present) AS p (relid), statusquo.read_sequence(p.relid) s
    ON CONFLICT DO NOTHING;
    PERFORM statusquo.watch_sequences();
END
$$;
