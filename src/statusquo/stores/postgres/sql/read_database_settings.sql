-- The settings of one database as commands that give another one the same.
SELECT CASE setrole
    WHEN 0 THEN format('ALTER DATABASE %%I', %(database)s::text)
    ELSE format('ALTER ROLE %%s IN DATABASE %%I', setrole::regrole, %(database)s::text)
    END || format(' SET %%I = ', split_part(setting, '=', 1))
    || CASE
        -- Settings that are lists are kept quoted as they must be written.
        WHEN split_part(setting, '=', 1) IN (
            'search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries', 'DateStyle')
        THEN substr(setting, strpos(setting, '=') + 1)
        ELSE quote_literal(substr(setting, strpos(setting, '=') + 1))
    END
FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS setting
WHERE d.datname = %(template)s
