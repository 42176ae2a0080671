-- What leads to the baseline with that token from the nearest copy, which may be the template; what stands in the way.
SELECT b.depth, b.definition, r.depth AS root_depth, r.token AS root, r.has_copy,
    (SELECT string_agg(DISTINCT command || ' ' || object, ', ')
     FROM statusquo.ddl d WHERE d.depth >= r.depth AND d.depth < b.depth) AS ddl,
    EXISTS (SELECT FROM statusquo.baseline l
            WHERE l.depth > r.depth AND l.depth <= b.depth AND l.has_new_large_objects) AS has_new_large_objects
FROM statusquo.baseline b CROSS JOIN LATERAL (
    SELECT * FROM statusquo.baseline c
    WHERE c.depth <= b.depth AND (c.has_copy OR c.depth = 0) ORDER BY c.depth DESC LIMIT 1
) r
WHERE b.token = %s
