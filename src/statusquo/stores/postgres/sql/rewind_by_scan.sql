-- As rewind_by_key.sql, for a table in which nothing tells rows apart: those that must go are found by their image,
-- among the rows written since the baseline only (what must go was), and as many of them as there are too many.
CREATE FUNCTION {rewind}() RETURNS bigint LANGUAGE plpgsql
    SET enable_seqscan = on SET enable_hashjoin = on AS $statusquo$
DECLARE
    missing bigint;
    touched bigint;
BEGIN
    WITH change AS MATERIALIZED (
        SELECT * FROM (
            SELECT *, sum(n) OVER image_of AS net, row_number() OVER image_of AS copy
            FROM (SELECT l.*, ROW({log_columns})::text COLLATE "C" AS image FROM {log} l) logged
            WINDOW image_of AS (PARTITION BY image)
        ) netted WHERE net <> 0 AND copy <= abs(net)
    ), found AS (
        SELECT t.tableoid AS part, t.ctid AS place, c.net, row_number() OVER (PARTITION BY c.image) AS copy
        FROM {only} t JOIN change c ON c.copy = 1 AND c.image = ROW({table_columns})::text COLLATE "C"
        WHERE c.net < 0 AND age(t.xmin) <= age((SELECT horizon FROM statusquo.baseline ORDER BY depth DESC LIMIT 1))
    ), gone AS (
        DELETE FROM {only} t USING found f
        WHERE t.ctid = f.place AND t.tableoid = f.part AND f.copy <= -f.net
        RETURNING 1
    ), back AS (
        INSERT INTO {table} {insert_columns} OVERRIDING SYSTEM VALUE
        SELECT {restored_columns} FROM change c
        WHERE c.net > 0 AND (SELECT count(*) FROM gone) = (SELECT count(*) FROM change WHERE net < 0)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM change) - (SELECT count(*) FROM gone) - (SELECT count(*) FROM back),
           (SELECT count(*) FROM change)
    INTO missing, touched;
    PERFORM statusquo.check_exact({relid}, missing);
    IF pg_relation_size({log_name}) > 131072 THEN
        TRUNCATE {log};
    ELSE
        DELETE FROM {log};
    END IF;
    RETURN touched;
END
$statusquo$;
