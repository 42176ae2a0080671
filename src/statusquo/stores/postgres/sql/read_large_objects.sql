-- Large objects made since the baseline of that depth.
SELECT m.oid FROM pg_largeobject_metadata m JOIN statusquo.baseline b ON b.depth = %(depth)s
WHERE b.large_objects = 0 OR age(m.xmin) <= age(b.horizon)
ORDER BY m.oid
