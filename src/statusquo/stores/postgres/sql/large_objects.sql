-- True when large objects came, went or changed since the baseline of that depth, or when we may not know.
CREATE FUNCTION statusquo.has_other_large_objects(since_depth integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    many bigint := (SELECT count(*) FROM pg_largeobject_metadata);
    state record;
BEGIN
    SELECT large_objects AS many, horizon INTO state FROM statusquo.baseline WHERE depth = since_depth;
    IF many = 0 OR state.many <> many THEN
        RETURN state.many <> many;
    ELSIF NOT has_table_privilege('pg_largeobject', 'SELECT') THEN
        RETURN true;
    END IF;
    RETURN EXISTS (SELECT FROM pg_largeobject_metadata WHERE age(xmin) <= age(state.horizon))
        OR EXISTS (SELECT FROM pg_largeobject WHERE age(xmin) <= age(state.horizon));
END
$$;
