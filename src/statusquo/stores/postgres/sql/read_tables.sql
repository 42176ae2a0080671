-- The tables to journal, one row each: ordinary ones and the roots of partition trees.
SELECT
    c.oid AS relid,
    n.nspname AS schema,
    c.relname AS table,
    c.oid::regclass::text AS name,
    CASE
        WHEN c.relkind = 'p' THEN 'partitioned'
        WHEN EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) THEN 'inherited'
        ELSE 'plain'
    END AS kind,
    columns.list AS columns,
    key.list AS key,
    parts.list AS parts,
    stubborn.list AS stubborn
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        -- Types that the application may drop are logged as text; a domain over a type of the server's as that type.
        'log_type', CASE
            WHEN a.atttypid < 16384 AND t.typtype <> 'd' THEN format_type(a.atttypid, a.atttypmod)
            WHEN t.typtype = 'd' AND t.typbasetype < 16384 AND b.typtype <> 'd' THEN format_type(t.typbasetype, t.typtypmod)
            ELSE 'text' END,
        'is_enum', t.typtype = 'e'
    ) ORDER BY a.attnum), '[]') AS list
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type b ON b.oid = t.typbasetype
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
) columns
CROSS JOIN LATERAL (
    -- The primary key, or else the narrowest unique index over columns that are never null.
    SELECT coalesce((
        SELECT json_agg(a.attname ORDER BY k.position)
        FROM (
            SELECT i.indkey, i.indnkeyatts FROM pg_index i
            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
              AND i.indimmediate -- a deferrable one is a trigger, which a session in replica role does without
              AND NOT EXISTS (
                SELECT FROM unnest(i.indkey[:i.indnkeyatts - 1]) WITH ORDINALITY AS u (attnum, position)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
                WHERE NOT a.attnotnull OR a.attgenerated <> '')
            ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1
        ) i
        CROSS JOIN LATERAL unnest(i.indkey[:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, position)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    ), '[]') AS list
) key
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_array(pn.nspname, pc.relname) ORDER BY pc.oid), '[]') AS list
    FROM pg_partition_tree(c.oid) p
    JOIN pg_class pc ON pc.oid = p.relid
    JOIN pg_namespace pn ON pn.oid = pc.relnamespace
    WHERE p.level > 0 AND pc.relkind IN ('r', 'p')
) parts
CROSS JOIN LATERAL (
    -- What fires in replica role, too: to be switched off and on again around a rewind.
    SELECT coalesce(json_agg(json_build_object(
        'place', s.place::regclass::text, 'kind', s.kind, 'name', s.name, 'is_always', s.enabled = 'A'
    ) ORDER BY s.place, s.kind, s.name), '[]') AS list
    FROM (
        SELECT tgrelid AS place, 'TRIGGER' AS kind, tgname AS name, tgenabled AS enabled FROM pg_trigger
        UNION ALL
        SELECT ev_class, 'RULE', rulename, ev_enabled FROM pg_rewrite WHERE rulename <> '_RETURN'
    ) s
    WHERE s.enabled IN ('A', 'R') AND s.name NOT LIKE 'statusquo\_%' AND s.name <> '~statusquo_truncate'
      AND (s.place = c.oid OR pg_partition_root(s.place) = c.oid)
) stubborn
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'statusquo')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.oid
