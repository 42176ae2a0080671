-- What is in this database besides its journaled tables, and what becomes of it: fate, what, where, how.
WITH own AS (
    SELECT c.*, n.nspname, e.extname, c.oid::regclass::text AS place
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'statusquo') AND n.nspname NOT LIKE 'pg\_toast%%'
), large_objects AS (
    SELECT count(*) AS many, has_table_privilege('pg_largeobject', 'SELECT') AS can_be_read FROM pg_largeobject_metadata
)
SELECT 1 AS place_in_order, 'given' AS fate, 'server' AS what, current_database() AS place,
    'PostgreSQL ' || current_setting('server_version') AS how
UNION ALL
SELECT 2, 'given', 'noticing of DDL', coalesce(evtname, ''), CASE
    WHEN evtenabled = 'A' THEN 'event trigger, in all sessions'
    WHEN evtname IS NOT NULL THEN 'event trigger that is switched off: DDL may go unnoticed'
    WHEN current_setting('is_superuser') = 'on' THEN 'event triggers, once there is a journal'
    ELSE 'no superuser, so no event triggers: a digest of the catalog is compared at each capture and rewind' END
FROM (SELECT) always LEFT JOIN pg_event_trigger ON evtname LIKE 'statusquo%%'
UNION ALL
SELECT 3, 'given', 'trigger', tgrelid::regclass::text || ': ' || tgname,
    'fires in replica role, too: switched off around a rewind of its table, which locks it'
FROM pg_trigger JOIN own o ON o.oid = tgrelid
WHERE tgenabled IN ('A', 'R') AND tgname NOT LIKE '%%statusquo\_%%' AND o.relpersistence <> 't'
UNION ALL
SELECT 4, 'restored', 'sequence', o.place, CASE WHEN s.seqcache > 1
    THEN 'value and is_called; sessions'' caches of ' || s.seqcache || ' are flushed, which locks it for a moment'
    ELSE 'value and is_called' END
FROM own o JOIN pg_sequence s ON s.seqrelid = o.oid WHERE o.extname IS NULL AND o.relpersistence <> 't'
UNION ALL
SELECT 5, 'reported', 'materialized view', place, 'a REFRESH counts as DDL: ' || %(answer)s
FROM own WHERE relkind = 'm' AND extname IS NULL
UNION ALL
SELECT 6, CASE WHEN many = 0 THEN 'restored' ELSE 'reported' END, 'large objects', many || ' in the database', CASE
    WHEN many = 0 THEN 'new ones are removed'
    WHEN can_be_read THEN 'new and changed ones are noticed: ' || %(answer)s
    ELSE 'this role may not read them, so they always count as changed: ' || %(answer)s END
FROM large_objects
UNION ALL
SELECT 7, 'reported', 'constraint', conrelid::regclass::text || ': ' || conname,
    'not valid; where a row of the baseline does not meet it, ' || %(answer)s
FROM pg_constraint JOIN own o ON o.oid = conrelid WHERE NOT convalidated AND o.extname IS NULL
UNION ALL
SELECT 8, 'reported', 'unlogged table', place, 'restored, but a crash of the server empties it and its copies: then refused'
FROM own WHERE relpersistence = 'u' AND relkind = 'r' AND extname IS NULL
UNION ALL
SELECT 9, 'left out', CASE relkind WHEN 'S' THEN 'sequence' WHEN 'm' THEN 'materialized view' ELSE 'table' END, place,
    'belongs to the extension ' || extname
FROM own WHERE extname IS NOT NULL AND relkind IN ('r', 'p', 'S', 'm')
UNION ALL
SELECT 10, 'left out', 'foreign table', place, 'its rows are in another server' FROM own WHERE relkind = 'f'
UNION ALL
SELECT 11, 'left out', 'temporary table', place, 'only its own session can reach it'
FROM own WHERE relpersistence = 't' AND relkind IN ('r', 'p')
UNION ALL
SELECT 12, 'left out', 'replication slot', slot_name, 'who reads it sees a rewind as ordinary changes'
FROM pg_replication_slots WHERE database = current_database()
ORDER BY 1, 3, 4
