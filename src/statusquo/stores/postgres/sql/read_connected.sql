SELECT format('pid %%s, application "%%s", user %%s: %%s, last statement: %%s', pid, application_name, usename, state, query)
FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY pid
