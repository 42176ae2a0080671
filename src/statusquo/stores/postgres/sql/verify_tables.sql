-- What a witness reads: every table that holds rows itself (partitions are tables), every materialized view, every
-- sequence. Left out are the server's own, ours, those of extensions and what other sessions keep to themselves.
SELECT c.oid::regclass::text AS name, n.nspname AS schema, c.relname AS table, c.relkind = 'S' AS is_sequence
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND c.relispopulated
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'statusquo')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
