-- In a copy that is as the baseline of that depth: go forward by what is kept since, which is backward by its
-- inverse. Level by level: rows that a level brought must be younger than its baseline in the copy, too, or a rewind
-- of a table without a key would not look at them. The counts are checked on the way, as in every rewind.
CREATE FUNCTION statusquo.forward(from_depth integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    level integer;
    log_of oid;
BEGIN
    UPDATE statusquo.baseline SET horizon = '2';  -- older than all rows: those of the template may have to go, too
    FOR level, log_of IN SELECT DISTINCT depth, relid FROM statusquo.kept WHERE depth >= from_depth ORDER BY depth LOOP
        EXECUTE format(
            'INSERT INTO statusquo.log_%1$s SELECT (image).* FROM (
                 SELECT image::statusquo.log_%1$s FROM statusquo.kept WHERE depth = $1 AND relid = $2 OFFSET 0) k', log_of)
        USING level, log_of;
        EXECUTE format('UPDATE statusquo.log_%s SET n = -n', log_of);
        EXECUTE format('SELECT statusquo.rewind_%s()', log_of);
    END LOOP;
    -- Sequences that came after the baseline are not in the copy.
    DELETE FROM statusquo.sequence s WHERE NOT EXISTS (SELECT FROM pg_sequence WHERE seqrelid = s.relid);
    UPDATE statusquo.sequence s SET definition = statusquo.define_sequence(relid), is_watched = EXISTS (
        SELECT FROM statusquo.kept_sequence k WHERE k.relid = s.relid AND NOT k.is_called);
    PERFORM statusquo.watch_sequences();
    PERFORM statusquo.restore_sequences();
END
$$;
