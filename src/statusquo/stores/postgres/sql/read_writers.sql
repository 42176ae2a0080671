-- Who the processes are that wrote, and what they said last.
SELECT w.pid, a.application_name, a.usename, a.query
FROM unnest(%s::integer[]) AS w (pid) LEFT JOIN pg_stat_activity a ON a.pid = w.pid
WHERE a.application_name IS DISTINCT FROM 'statusquo'
ORDER BY w.pid
