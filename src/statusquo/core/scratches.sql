-- The databases that carry our comment, and whose maker is not connected any more.
-- The first number of the lock is core.scratches.SPACE, the second stands in the comment.
WITH ours AS (
    SELECT datname, substring(description FROM '^statusquo scratch ([0-9]+) ') AS key
    FROM pg_database
    JOIN pg_shdescription ON objoid = pg_database.oid AND classoid = 'pg_database'::regclass
    WHERE starts_with(datname, 'statusquo_scratch_')
)
SELECT datname
FROM ours
WHERE key IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 21329 AND objid = key::oid AND objsubid = 2
)
ORDER BY datname
