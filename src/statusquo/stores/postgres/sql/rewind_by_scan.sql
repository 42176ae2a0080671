-- As rewind_by_key.sql, for a table in which nothing tells rows apart: those that must go are found by their image,
-- among the rows written since the baseline only (what must go was), and as many of them as there are too many.
CREATE FUNCTION {rewind}() RETURNS bigint LANGUAGE plpgsql
    SET enable_seqscan = on SET enable_hashjoin = on AS $statusquo$
DECLARE
    wanted bigint;
    removed bigint;
    restored bigint;
BEGIN
    {silence}WITH change AS MATERIALIZED (
        SELECT (array_agg(l))[1] AS logged, ROW({log_columns})::text COLLATE "C" AS image, sum(n) AS net
        FROM {log} l GROUP BY 2 HAVING sum(n) <> 0
    ), found AS (
        SELECT t.tableoid AS part, t.ctid AS place, c.net, row_number() OVER (PARTITION BY c.image) AS copy
        FROM {only} t JOIN change c ON c.image = ROW({table_columns})::text COLLATE "C"
        WHERE c.net < 0 AND age(t.xmin) <= age((SELECT horizon FROM statusquo.baseline ORDER BY depth DESC LIMIT 1))
    ), gone AS (
        DELETE FROM {only} t USING found f
        WHERE t.ctid = f.place AND t.tableoid = f.part AND f.copy <= -f.net
        RETURNING 1
    ), back AS (
        INSERT INTO {table} {insert_columns} OVERRIDING SYSTEM VALUE
        SELECT {restored_columns} FROM change c, generate_series(1, c.net)
        WHERE c.net > 0 AND (SELECT count(*) FROM gone) >= 0
        RETURNING 1
    )
    SELECT sum(abs(net)), (SELECT count(*) FROM gone), (SELECT count(*) FROM back)
    INTO wanted, removed, restored FROM change;
    IF wanted <> removed + restored THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ005', MESSAGE = 'the journal does not add up', DETAIL = {name};
    END IF;
    {revive}IF pg_relation_size({log_name}) > 131072 THEN
        TRUNCATE {log};
    ELSE
        DELETE FROM {log};
    END IF;
    RETURN coalesce(wanted, 0);
END
$statusquo$;
