-- End everything that is connected to a database; one row for each, true where it is not ours.
SELECT application_name <> 'statusquo' AND backend_type = 'client backend'
FROM pg_stat_activity, pg_terminate_backend(pid)
WHERE datname = %(database)s AND pid <> %(spare)s
