-- What leads from the template to the baseline with that token, and what stands in the way.
SELECT b.depth,
    (SELECT token FROM statusquo.baseline WHERE depth = 0) AS root,
    (SELECT string_agg(DISTINCT command || ' ' || object, ', ') FROM statusquo.ddl WHERE depth < b.depth) AS ddl,
    EXISTS (SELECT FROM statusquo.baseline WHERE depth <= b.depth AND has_new_large_objects) AS has_new_large_objects,
    (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()) AS owner
FROM statusquo.baseline b WHERE b.token = %s
