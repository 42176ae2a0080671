-- What is in this database, as the server's own books have it: nothing is counted row by row.
SELECT
    pg_database_size(current_database()) AS bytes,
    count(*) AS tables,
    coalesce(sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)), 0)::bigint AS rows,
    (SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()) AS others,
    to_regnamespace('statusquo') IS NOT NULL AND to_regclass('statusquo.mark') IS NULL AS is_in_the_way
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'statusquo')
