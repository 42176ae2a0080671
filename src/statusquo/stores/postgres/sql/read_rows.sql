-- The net of a log, what is kept of it included, rows of one key beside each other.
WITH logged AS (
    SELECT * FROM {log}
    UNION ALL
    SELECT (image).* FROM (
        SELECT image::{log} FROM statusquo.kept WHERE relid = %(relid)s AND depth >= %(depth)s AND is_current OFFSET 0) k
), net AS (
    SELECT sum(n) AS net, ARRAY[{fields}]::text[] AS fields{key}
    FROM logged GROUP BY fields{key} HAVING sum(n) <> 0
), placed AS (
    SELECT net > 0 AS was_there, fields, {place} AS place FROM net, generate_series(1, abs(net))
), counted AS (
    SELECT *, max(place) OVER () AS total FROM placed
)
SELECT place, total, was_there, fields FROM counted WHERE place <= %(shown)s ORDER BY place
