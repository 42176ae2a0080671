SELECT 'large objects', (SELECT count(*) FROM pg_largeobject_metadata) || ' objects, sum '
    || coalesce(sum(hashtextextended((loid, pageno, data)::text COLLATE "C", 0)), 0)
FROM pg_largeobject
