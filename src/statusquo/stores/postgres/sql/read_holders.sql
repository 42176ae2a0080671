-- Who holds the gate, or more than a reader's lock on a table: the ones that a capture or rewind waits for.
SELECT
    a.pid,
    coalesce(a.application_name, '') AS application,
    format('pid %s, application "%s", user %s', a.pid, a.application_name, a.usename) AS who,
    coalesce(a.state, 'hidden from this role') AS state,
    coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start)), 0)::float8 AS seconds,
    coalesce(a.query, '') AS query,
    string_agg(DISTINCT CASE l.locktype
        WHEN 'advisory' THEN 'the gate of writers'
        ELSE l.mode || ' on ' || l.relation::regclass::text END, ', ') AS locks
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND a.pid <> pg_backend_pid() AND a.datname = current_database()
  AND ((l.locktype = 'advisory' AND l.classid = 1398034256 AND l.objid = 1)
    OR (l.locktype = 'relation' AND l.mode <> 'AccessShareLock'
        AND EXISTS (SELECT FROM statusquo.journaled j
                    WHERE l.relation = j.relid OR pg_partition_root(l.relation) = j.relid)))
GROUP BY a.pid, a.application_name, a.usename, a.state, a.xact_start, a.query_start, a.query
UNION ALL
SELECT
    NULL,
    '',
    format('prepared transaction "%s", user %s', p.gid, p.owner),
    'prepared',
    extract(epoch FROM clock_timestamp() - p.prepared)::float8,
    'PREPARE TRANSACTION',
    'what it held'
FROM pg_prepared_xacts p WHERE p.database = current_database()
