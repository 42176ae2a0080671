-- One of the rows of a group, whichever. An aggregate whose strict function takes the first value as its state.
CREATE FUNCTION statusquo.former(former anyelement, latter anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN former;
END
$$;
CREATE AGGREGATE statusquo.one(anyelement) (SFUNC = statusquo.former, STYPE = anyelement);

-- Put what was kept for the baseline of that depth and inner ones back into the logs: it becomes the innermost.
CREATE FUNCTION statusquo.reopen(to_depth integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    log_of oid;
BEGIN
    FOR log_of IN SELECT DISTINCT relid FROM statusquo.kept WHERE depth >= to_depth LOOP
        -- OFFSET 0 keeps the planner from parsing the image once per column.
        EXECUTE format(
            'INSERT INTO statusquo.log_%1$s SELECT (image).* FROM (
                 SELECT image::statusquo.log_%1$s FROM statusquo.kept WHERE depth >= $1 AND relid = $2 OFFSET 0) k',
            log_of) USING to_depth, log_of;
        INSERT INTO statusquo.dirty VALUES (log_of);
    END LOOP;
    DELETE FROM statusquo.kept WHERE depth >= to_depth;
    DELETE FROM statusquo.baseline WHERE depth > to_depth;
    PERFORM statusquo.reopen_sequences(to_depth);
END
$$;

-- Large objects have no triggers: those that a baseline without any does not have are removed, other changes refused.
CREATE FUNCTION statusquo.restore_large_objects(to_depth integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    now_many bigint;
BEGIN
    IF (SELECT large_objects = 0 FROM statusquo.baseline WHERE depth = to_depth) THEN
        SELECT count(lo_unlink(oid)) INTO now_many FROM pg_largeobject_metadata;
        RETURN now_many;
    ELSIF statusquo.has_other_large_objects(to_depth) THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ006', MESSAGE = 'large objects changed';
    END IF;
    RETURN 0;
END
$$;

-- Rewind every table in the list; their names and how many rows of each had to change, which may be none.
CREATE FUNCTION statusquo.restore_tables(relids oid[], OUT names text[], OUT items bigint[]) LANGUAGE plpgsql AS $$
DECLARE
    calls text;
BEGIN
    SELECT array_agg(name ORDER BY name), string_agg(format('statusquo.rewind_%s()', relid), ', ' ORDER BY name)
    INTO names, calls FROM statusquo.journaled WHERE relid = ANY (relids);
    EXECUTE 'SELECT ARRAY[' || calls || ']' INTO items;
    IF pg_relation_size('statusquo.dirty') > 131072 THEN
        TRUNCATE statusquo.dirty;
    ELSE
        DELETE FROM statusquo.dirty;
    END IF;
END
$$;

-- Put the database back to the baseline of that depth: everything or nothing.
-- Whatever is written, by whomever on this server, takes a transaction id, the next nextval() of a settled sequence included.
-- So if the last rewind of this session was to the same baseline, had no older transaction beside it that could still
-- write under its id, and ours is the very next id, then nobody wrote anything since, and there is nothing to look at.
CREATE FUNCTION statusquo.rewind(
    run_nonce text, to_depth integer, to_token text, OUT names text[], OUT items bigint[], OUT writers integer[]
) LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := pg_current_xact_id()::text;
    is_oldest boolean;
    state record;
    dirty oid[];
    many bigint;
BEGIN
    IF current_setting('statusquo.still', true) = to_token || ' ' || (mine - 1) THEN
        PERFORM set_config('statusquo.still', to_token || ' ' || mine, false);
        RETURN;
    END IF;
    PERFORM statusquo.enter(run_nonce);
    is_oldest := pg_snapshot_xmin(pg_current_snapshot())::text = mine::text;
    SELECT (SELECT token FROM statusquo.baseline WHERE depth = to_depth) AS token,
           EXISTS (SELECT FROM statusquo.baseline WHERE depth > to_depth) AS has_inner,
           EXISTS (SELECT FROM statusquo.intact) AS is_intact,
           EXISTS (SELECT FROM statusquo.ddl WHERE depth >= to_depth) AS has_ddl,
           EXISTS (SELECT FROM pg_largeobject_metadata)
               OR (SELECT large_objects > 0 FROM statusquo.baseline WHERE depth = to_depth) AS has_large_objects
    INTO state;
    IF state.token IS DISTINCT FROM to_token THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ002', MESSAGE = 'no such baseline';
    ELSIF NOT state.is_intact THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ003', MESSAGE = 'the journal was lost in a crash';
    ELSIF state.has_ddl THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ004', MESSAGE = 'DDL since the baseline',
            DETAIL = (SELECT string_agg(DISTINCT command || ' ' || object, ', ') FROM statusquo.ddl WHERE depth >= to_depth);
    ELSIF statusquo.has_unnoticed_ddl() THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ004', MESSAGE = 'DDL since the baseline', DETAIL = 'another catalog';
    END IF;
    IF state.has_inner THEN
        PERFORM statusquo.reopen(to_depth);
    END IF;
    SELECT array_agg(DISTINCT relid), array_agg(DISTINCT writer) INTO dirty, writers FROM statusquo.dirty;
    IF dirty IS NOT NULL THEN
        SELECT * INTO names, items FROM statusquo.restore_tables(dirty);
    END IF;
    IF state.has_large_objects THEN
        many := statusquo.restore_large_objects(to_depth);
        IF many > 0 THEN
            names := names || 'large objects'::text;
            items := items || many;
        END IF;
    END IF;
    many := statusquo.restore_sequences();
    IF many > 0 THEN
        names := names || 'sequences'::text;
        items := items || many;
    END IF;
    IF EXISTS (SELECT FROM statusquo.sequence WHERE NOT is_settled) THEN
        is_oldest := statusquo.settle_sequences() AND is_oldest;
    END IF;
    PERFORM set_config('statusquo.still', CASE WHEN is_oldest THEN to_token || ' ' || mine ELSE '' END, false);
END
$$;
