-- All sequences as the baseline of that depth has them; their definitions are those of the copy.
COPY (
    SELECT DISTINCT ON (relid) relid, last_value, is_called, '' FROM (
        SELECT depth, relid, last_value, is_called FROM statusquo.kept_sequence WHERE depth >= {depth}
        UNION ALL
        SELECT 2147483647, relid, last_value, is_called FROM statusquo.sequence
    ) levels ORDER BY relid, depth
) TO STDOUT
