-- The sequences that are not as the baseline of that depth has them; those that are gone stand in the DDL.
SELECT t.relid::regclass::text, t.last_value, t.is_called, n.last_value, n.is_called
FROM (
    SELECT DISTINCT ON (relid) relid, last_value, is_called FROM (
        SELECT depth, relid, last_value, is_called FROM statusquo.kept_sequence WHERE depth >= %(depth)s
        UNION ALL
        SELECT 2147483647, relid, last_value, is_called FROM statusquo.sequence
    ) levels ORDER BY relid, depth
) t
-- Only those are read that the cheap question does not answer (sequences.sql).
JOIN pg_sequence p ON p.seqrelid = t.relid
    AND (NOT t.is_called OR pg_sequence_last_value(p.seqrelid) IS DISTINCT FROM t.last_value)
CROSS JOIN LATERAL statusquo.read_sequence(t.relid) n
WHERE (t.last_value, t.is_called) IS DISTINCT FROM (n.last_value, n.is_called)
ORDER BY 1
