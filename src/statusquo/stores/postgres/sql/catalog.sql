-- Where no event trigger may tell of DDL, the catalog must: its digest, as the journal followed it last.
CREATE TABLE statusquo.followed (catalog text NOT NULL);

-- Tells one catalog of the application's from another. Of our own triggers the row's version counts: one that was
-- disabled and enabled again has missed something. Statistics and files do not count, but for materialized views.
CREATE FUNCTION statusquo.read_catalog() RETURNS text LANGUAGE sql STABLE AS $$
    WITH own AS (
        SELECT * FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't'
            AND relnamespace NOT IN ('statusquo'::regnamespace, 'pg_toast'::regnamespace)
    ), facts (fact) AS (
        SELECT (oid, relname, relnamespace, reltype, relowner, relkind, relpersistence, relacl, reloptions,
            relrowsecurity, relforcerowsecurity, relreplident, relpartbound::text,
            CASE relkind WHEN 'm' THEN relfilenode END)::text FROM own
        UNION ALL SELECT a::text FROM pg_attribute a WHERE attrelid IN (SELECT oid FROM own) AND attnum > 0
        UNION ALL SELECT d::text FROM pg_attrdef d WHERE adrelid IN (SELECT oid FROM own)
        UNION ALL SELECT i::text FROM pg_index i WHERE indrelid IN (SELECT oid FROM own)
        UNION ALL SELECT i::text FROM pg_inherits i WHERE inhrelid IN (SELECT oid FROM own)
        UNION ALL SELECT s::text FROM pg_sequence s WHERE seqrelid IN (SELECT oid FROM own)
        UNION ALL SELECT r::text FROM pg_rewrite r WHERE ev_class IN (SELECT oid FROM own)
        UNION ALL SELECT p::text FROM pg_policy p
        UNION ALL SELECT c::text FROM pg_constraint c WHERE oid >= 16384 AND connamespace <> 'statusquo'::regnamespace
        UNION ALL SELECT t::text || CASE WHEN tgname ~ '^~?statusquo_' THEN xmin::text ELSE '' END
            FROM pg_trigger t WHERE tgrelid IN (SELECT oid FROM own)
        UNION ALL SELECT p::text FROM pg_proc p WHERE oid >= 16384 AND pronamespace <> 'statusquo'::regnamespace
        UNION ALL SELECT (oid, typname, typnamespace, typowner, typtype, typnotnull, typdefault, typacl)::text
            FROM pg_type WHERE oid >= 16384 AND (typrelid = 0 OR typrelid IN (SELECT oid FROM own))
            AND typnamespace NOT IN ('statusquo'::regnamespace, 'pg_toast'::regnamespace) AND typelem = 0
        UNION ALL SELECT e::text FROM pg_enum e
        UNION ALL SELECT n::text FROM pg_namespace n WHERE nspname !~ '^(pg_(toast_)?temp_|statusquo$)'
        UNION ALL SELECT e::text FROM pg_extension e
        UNION ALL SELECT d::text FROM pg_default_acl d
    )
    SELECT md5(string_agg(fact, ' ' ORDER BY fact COLLATE "C")) FROM facts
$$;

-- True when DDL goes unnoticed otherwise, and there was some.
CREATE FUNCTION statusquo.has_unnoticed_ddl() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM statusquo.followed) THEN
        RETURN (SELECT catalog FROM statusquo.followed) <> statusquo.read_catalog();
    END IF;
    RETURN false;
END
$$;

-- What nothing told of counts as DDL since the innermost baseline.
CREATE FUNCTION statusquo.note_unnoticed_ddl() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF statusquo.has_unnoticed_ddl() THEN
        PERFORM statusquo.note('DDL', 'that nothing told of');
    END IF;
END
$$;

-- The journal has followed all DDL up to now, and made its own.
CREATE FUNCTION statusquo.follow() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE statusquo.ddl SET is_followed = true WHERE NOT is_followed;
    IF EXISTS (SELECT FROM statusquo.followed) THEN
        UPDATE statusquo.followed SET catalog = statusquo.read_catalog();
    END IF;
END
$$;
