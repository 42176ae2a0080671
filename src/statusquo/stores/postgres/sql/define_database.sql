-- The commands that give the fresh database *target* what *source* has and CREATE DATABASE leaves behind: its owner,
-- grants, settings (also those of roles in it), limit of connections and comment. Run in one transaction.
CREATE FUNCTION {schema}.define_database(source text, target text) RETURNS text[] LANGUAGE sql STABLE AS $$
    WITH the AS (
        SELECT oid, datacl, datconnlimit, datdba, datdba::regrole::text AS owner,
            -- The comment of a template begins with our mark (clone.py).
            CASE WHEN datistemplate THEN regexp_replace(shobj_description(oid, 'pg_database'), '^statusquo [^\n]*\n?', '')
                ELSE shobj_description(oid, 'pg_database') END AS comment
        FROM pg_database WHERE datname = source
    ), commands (step, part, command) AS (
        SELECT 1, 0, format('ALTER DATABASE %I OWNER TO %s', target, owner) FROM the
        UNION ALL
        SELECT 2, 0, format('REVOKE ALL ON DATABASE %I FROM PUBLIC, %s', target, owner) FROM the WHERE datacl IS NOT NULL
        UNION ALL
        -- In the order in which they were granted: who passes a grant on has it before.
        SELECT 3, acl.place, concat_ws('; ',
            CASE WHEN g.grantor <> the.datdba THEN format('SET LOCAL ROLE %s', g.grantor::regrole) END,
            format('GRANT %s ON DATABASE %I TO %s%s', string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), target,
                CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END),
            CASE WHEN g.grantor <> the.datdba THEN 'RESET ROLE' END)
        FROM the, unnest(the.datacl) WITH ORDINALITY AS acl (item, place), aclexplode(ARRAY[acl.item]) g
        GROUP BY acl.place, g.grantor, g.grantee, g.is_grantable, the.datdba
        UNION ALL
        SELECT 4, s.place, CASE r.setrole
            WHEN 0 THEN format('ALTER DATABASE %I', target)
            ELSE format('ALTER ROLE %s IN DATABASE %I', r.setrole::regrole, target)
            END || format(' SET %I = ', split_part(s.setting, '=', 1))
            || CASE
                -- Settings that are lists are kept quoted as they must be written.
                WHEN split_part(s.setting, '=', 1) IN (
                    'search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries')
                THEN substr(s.setting, strpos(s.setting, '=') + 1)
                ELSE quote_literal(substr(s.setting, strpos(s.setting, '=') + 1))
            END
        FROM the JOIN pg_db_role_setting r ON r.setdatabase = the.oid, unnest(r.setconfig) WITH ORDINALITY AS s (setting, place)
        UNION ALL
        SELECT 5, 0, format('ALTER DATABASE %I CONNECTION LIMIT %s', target, datconnlimit) FROM the WHERE datconnlimit >= 0
        UNION ALL
        SELECT 6, 0, format('COMMENT ON DATABASE %I IS %L', target, comment) FROM the WHERE comment <> ''
    )
    SELECT array_agg(command ORDER BY step, part) FROM commands
$$
