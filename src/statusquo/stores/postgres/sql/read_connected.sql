SELECT format('pid %%s, application "%%s", user %%s: %%s, last statement: %%s', pid, application_name, usename, state, query)
FROM pg_stat_activity WHERE datname = %(database)s AND backend_type = 'client backend' AND pid <> %(spare)s
ORDER BY pid
