-- The primary keys, unique sets and references of all tables; sets under a condition and of expressions apart.
WITH named AS (
  SELECT attrelid, attnum, attname::text AS name FROM pg_attribute
),
placed AS (
  SELECT class.oid, nspname::text AS schema, relname::text AS name
  FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
)
SELECT
  CASE WHEN found.indisprimary THEN 'key' ELSE 'unique' END AS what,
  own.schema,
  own.name,
  ARRAY(
    SELECT name FROM unnest(found.indkey[0:found.indnkeyatts - 1]) WITH ORDINALITY AS part (number, at)
    JOIN named ON attrelid = indrelid AND attnum = number ORDER BY at
  ) AS columns,
  NULL AS target_schema,
  NULL AS target,
  NULL::text[] AS targets,
  FALSE AS is_deferred
FROM pg_index AS found JOIN placed AS own ON own.oid = indrelid
WHERE found.indisunique AND found.indpred IS NULL AND found.indexprs IS NULL
UNION ALL
SELECT
  'reference',
  own.schema,
  own.name,
  ARRAY(
    SELECT named.name FROM unnest(conkey) WITH ORDINALITY AS part (number, at)
    JOIN named ON attrelid = conrelid AND attnum = number ORDER BY at
  ),
  target.schema,
  target.name,
  ARRAY(
    SELECT named.name FROM unnest(confkey) WITH ORDINALITY AS part (number, at)
    JOIN named ON attrelid = confrelid AND attnum = number ORDER BY at
  ),
  condeferred
FROM pg_constraint JOIN placed AS own ON own.oid = conrelid JOIN placed AS target ON target.oid = confrelid
WHERE contype = 'f'
ORDER BY 1, 2, 3, 4
