-- Baseline = now + sum of the log. Rows come and go in one statement, in that order: the insert waits for the count.
-- No application trigger and no foreign key is at work (session.sql), and between the two the table holds a subset
-- of the baseline, so that no unique or exclusion constraint can object.
CREATE FUNCTION {rewind}() RETURNS bigint LANGUAGE plpgsql AS $statusquo$
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
    ), gone AS (
        DELETE FROM {only} t USING change c
        WHERE c.net < 0 AND {same_key} AND ROW({table_columns})::text COLLATE "C" = c.image
        RETURNING 1
    ), back AS (
        INSERT INTO {table} {insert_columns} OVERRIDING SYSTEM VALUE
        SELECT {restored_columns} FROM change c
        WHERE c.net > 0 AND (SELECT count(*) FROM gone) = (SELECT count(*) FROM change WHERE net < 0)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM change) - (SELECT count(*) FROM gone) - (SELECT count(*) FROM back),
           (SELECT count(DISTINCT ROW({key})) FROM change)
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
