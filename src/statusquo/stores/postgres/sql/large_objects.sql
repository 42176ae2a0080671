-- True when large objects came, went or changed since the baseline of that depth.
CREATE FUNCTION statusquo.has_other_large_objects(since_depth integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT b.large_objects <> (SELECT count(*) FROM pg_largeobject_metadata)
        OR EXISTS (SELECT FROM pg_largeobject_metadata WHERE age(xmin) <= age(b.horizon))
        OR EXISTS (SELECT FROM pg_largeobject WHERE age(xmin) <= age(b.horizon))
    FROM statusquo.baseline b WHERE b.depth = since_depth
$$;
