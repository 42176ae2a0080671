-- Baseline = now + sum of the log. Rows go and come in one statement, in that order: the insert waits for the count.
-- No application trigger and no foreign key is at work (session.sql), and between the two the table holds a subset
-- of the baseline, so that no unique or exclusion constraint can object.
CREATE FUNCTION {rewind}() RETURNS bigint LANGUAGE plpgsql AS $statusquo$
DECLARE
    wanted bigint;
    removed bigint;
    restored bigint;
    touched bigint;
BEGIN
    {silence}WITH change AS MATERIALIZED (
        SELECT statusquo.one(l) AS logged, ROW({log_columns})::text COLLATE "C" AS image, sum(n) AS net
        FROM {log} l GROUP BY 2 HAVING sum(n) <> 0
    ), gone AS (
        DELETE FROM {only} t USING change c
        WHERE c.net = -1 AND {same_key} AND ROW({table_columns})::text COLLATE "C" = c.image
        RETURNING 1
    ), back AS (
        INSERT INTO {table} {insert_columns} OVERRIDING SYSTEM VALUE
        SELECT {restored_columns} FROM change c WHERE c.net = 1 AND (SELECT count(*) FROM gone) >= 0
        RETURNING 1
    )
    SELECT count(*), (SELECT count(*) FROM (SELECT FROM change GROUP BY {key}) rows),
        (SELECT count(*) FROM gone), (SELECT count(*) FROM back)
    INTO wanted, touched, removed, restored FROM change;
    IF wanted <> removed + restored THEN
        RAISE EXCEPTION USING ERRCODE = 'SQ005', MESSAGE = 'the journal does not add up', DETAIL = {name};
    END IF;
    {revive}IF pg_relation_size({log_name}) > 131072 THEN
        TRUNCATE {log};
    ELSE
        DELETE FROM {log};
    END IF;
    RETURN touched;
END
$statusquo$;
