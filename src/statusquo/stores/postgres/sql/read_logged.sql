SELECT relid, name, columns, key FROM statusquo.journaled
WHERE relid IN (
    SELECT relid FROM statusquo.dirty UNION ALL SELECT relid FROM statusquo.kept WHERE depth >= %(depth)s AND is_current)
ORDER BY name
